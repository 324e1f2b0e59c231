// Sends a command and shows what waits for it, and what became of it, in the channel.

import { act } from "./api.js";
import { outcome } from "./interactions.js";
import { emit, me, now, world } from "./store.js";
import { attempt } from "./toasts.js";

let counter = 0;

/** The commands under way or failed, by channel: {key, channel_id, name, user, state}. */
export const pending = new Map();

/** Send a command; while the bot has not answered, `pending` has an entry for it. */
export async function send({ name, slash = true }, body, files) {
  const key = `pending-${++counter}`;
  const entry = { key, channel_id: body.channel_id, name: slash ? `/${name}` : name, user: me(), state: "sending", at: now() };
  pending.set(key, entry);
  emit("pending", entry);
  const request = attempt(() => act("POST", "commands", body, files));
  const opened = await request;
  const event = opened ? await outcome(Promise.resolve(opened), ["interaction", "modal"]) : null;
  if (event?.state === "failed") entry.state = world.online ? "failed" : "offline";
  else pending.delete(key);
  emit("pending", entry);
  return Boolean(opened);
}

export function dismissPending(entry) {
  pending.delete(entry.key);
  emit("pending", entry);
}
