// What the bot makes of an interaction: events by the interaction's id, waited for by whoever opened it.

const LATE_MS = 20_000;
const KEPT = 200;
const seen = new Map();
const waiting = new Map();

/** Take an event that names an interaction. */
export function settle(event) {
  const key = event.interaction_id;
  const known = waiting.get(key);
  if (known) known.forEach((listener) => listener(event));
  seen.set(key, [...(seen.get(key) ?? []), event]);
  if (seen.size > KEPT) seen.delete(seen.keys().next().value);
}

/**
 * Wait for the outcome of a request that opens an interaction: the first event of one of `types`.
 * An event may come before the answer that tells the id. Resolves to a failed outcome when nothing comes at all.
 */
export async function outcome(request, types = ["interaction"]) {
  const { interaction_id: id } = await request;
  const fits = (event) => types.includes(event.type) || (event.type === "interaction" && event.state === "failed");
  const early = seen.get(id)?.find(fits);
  if (early) return early;
  return new Promise((resolve) => {
    const done = (event) => {
      if (!fits(event)) return;
      clearTimeout(timer);
      waiting.delete(id);
      resolve(event);
    };
    const timer = setTimeout(() => done({ type: "interaction", interaction_id: id, state: "failed" }), LATE_MS);
    waiting.set(id, [done]);
  });
}
