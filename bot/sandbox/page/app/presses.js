// Presses of buttons and choices from selects: which are under way, which failed.

import { act } from "./api.js";
import { outcome } from "./interactions.js";
import { emit, world } from "./store.js";
import { attempt } from "./toasts.js";
import { say } from "./words.js";

const busy = new Set();
const failures = new Map();
const key = (messageId, customId) => `${messageId}:${customId}`;

export const isBusy = (messageId, customId) => busy.has(key(messageId, customId));
export const failureOf = (messageId) => failures.get(messageId);

/** Use a component of a message; `values` for a select. A second press before the answer does nothing. */
export async function press(messageId, customId, values = undefined) {
  const own = key(messageId, customId);
  if (busy.has(own)) return;
  busy.add(own);
  failures.delete(messageId);
  emit("message", messageId);
  const opened = await attempt(() => act("POST", "components", { message_id: messageId, custom_id: customId, values }));
  const event = opened ? await outcome(Promise.resolve(opened)) : null;
  busy.delete(own);
  if (event?.state === "failed") failures.set(messageId, world.online ? say("This interaction failed") : say("This interaction failed: Salon is offline"));
  emit("message", messageId);
}
