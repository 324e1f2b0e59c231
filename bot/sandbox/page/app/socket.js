// The stream of events for the acting member; it comes back by itself when the sandbox was restarted.

import { call, currentSecret, Refused, renewSecret } from "./api.js";

const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 4000;

/** Calls `onEvent` with every event and `onState` with "open", "lost" or "locked" (the secret is not known). */
export class EventStream {
  constructor(onEvent, onState) {
    this.onEvent = onEvent;
    this.onState = onState;
    this.wait = FIRST_WAIT_MS;
  }

  /** Open the stream as a member, in place of the one that is open. */
  open(userId) {
    this.userId = userId;
    this.generation = (this.generation ?? 0) + 1;
    this.socket?.close();
    this.#connect(this.generation);
  }

  #connect(generation) {
    const query = new URLSearchParams({ secret: currentSecret(), as: this.userId });
    const socket = new WebSocket(`ws://${location.host}/_sandbox/socket?${query}`);
    this.socket = socket;
    socket.addEventListener("message", (frame) => {
      if (generation !== this.generation) return;
      const event = JSON.parse(frame.data);
      if (event.type === "ready") {
        this.wait = FIRST_WAIT_MS;
        this.onState("open");
      }
      this.onEvent(event);
    });
    socket.addEventListener("close", () => generation === this.generation && this.#lost(generation));
  }

  #lost(generation) {
    this.onState("lost");
    setTimeout(() => generation === this.generation && this.#retry(generation), this.wait);
    this.wait = Math.min(this.wait * 1.6, LONGEST_WAIT_MS);
  }

  async #retry(generation) {
    try {
      await call("GET", "/people");
    } catch (error) {
      if (error instanceof Refused && error.status === 401 && !(await this.#renewed())) {
        this.onState("locked");
        return;
      }
      if (!(error instanceof Refused)) {
        this.#lost(generation);
        return;
      }
    }
    if (generation === this.generation) this.#connect(generation);
  }

  async #renewed() {
    return renewSecret().catch(() => false);
  }
}
