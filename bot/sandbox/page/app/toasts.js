// Short notes that go by themselves, and the way every refused request is shown.

import { h, byId } from "./dom.js";
import { say } from "./words.js";

const SHOWN_MS = 6000;

export function toast(text, kind = "note") {
  const box = h("div", { class: `toast ${kind}` }, text);
  byId("toasts").append(box);
  setTimeout(() => box.remove(), SHOWN_MS);
}

/** Do something; show the sentence of a refusal. Return undefined where it failed. */
export async function attempt(action) {
  try {
    return await action();
  } catch (error) {
    toast(error instanceof TypeError ? say("The sandbox does not answer. Is Salon still running?") : error.message, "bad");
    return undefined;
  }
}
