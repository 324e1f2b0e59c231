// Keys in the list of messages: arrows go from message to message, Escape back to the message box.

import { byId } from "./dom.js";
import { emit } from "./store.js";

export function startChatKeys() {
  byId("messages").addEventListener("keydown", (event) => {
    const row = event.target.closest("li.message");
    if (!row || event.target !== row) {
      if (event.key === "Escape" && row) row.focus();
      return;
    }
    const moves = { ArrowUp: before(row), ArrowDown: after(row), Home: rows()[0], End: rows().at(-1) };
    if (event.key in moves) moves[event.key]?.focus();
    else if (event.key === "ContextMenu" || (event.shiftKey && event.key === "F10")) openMenuOf(row);
    else if (event.key === "Escape") emit("compose");
    else if (event.key === "Enter") row.querySelector(".body button, .body a, .body [tabindex='0']")?.focus();
    else return;
    event.preventDefault();
  });
}

/** Go to the last message, as the arrow key up does in an empty message box. */
export const focusLastMessage = () => rows().at(-1)?.focus();

const openMenuOf = (row) => row.dispatchEvent(new MouseEvent("contextmenu", { cancelable: true }));
const rows = () => [...byId("messages").querySelectorAll("li.message")];
const before = (row) => rows()[rows().indexOf(row) - 1];
const after = (row) => rows()[rows().indexOf(row) + 1];
