// The list over the message box: commands, options, choices. The box keeps the focus; this list is told its keys.

import { h, byId, fill, uniqueId } from "./dom.js";
import { say } from "./words.js";

let shown = null;

/**
 * Show a list in place of what is shown.
 * `items` are {label, description?, aside?, face?, pick}; `owner` is the element that has the focus;
 * `first` whether the first item is active at once; `title`, `hint` stand over the list.
 */
export function showPopup({ owner, items, title = null, hint = null, first = true, empty = null }) {
  const id = shown?.id ?? uniqueId("popup");
  const kept = shown?.owner === owner && shown.items.length === items.length ? shown.at : null;
  shown = { id, owner, items, at: kept ?? (first && items.length ? 0 : -1) };
  const heading = title ? h("div", { class: "popup-title" }, h("strong", {}, title), hint ? h("span", {}, hint) : null) : null;
  const none = !items.length && empty ? h("div", { class: "popup-empty" }, empty) : null;
  const list = h("div", { class: "popup-list", role: "listbox", id, "aria-label": title ?? say("Suggestions") }, items.map(row));
  fill(byId("popup"), h("div", { class: "popup-box" }, heading, none, items.length ? list : null));
  owner.setAttribute("aria-controls", id);
  owner.setAttribute("aria-expanded", String(items.length > 0));
  mark();
}

export function hidePopup() {
  if (!shown) return;
  shown.owner.removeAttribute("aria-activedescendant");
  shown.owner.setAttribute("aria-expanded", "false");
  shown = null;
  byId("popup").replaceChildren();
}

export const popupOpen = () => Boolean(shown?.items.length);
export const popupShown = () => Boolean(shown);
export const activeItem = () => shown?.items[shown.at];

/** Move by arrow keys; return whether the key was for the list. */
export function popupKey(event) {
  if (!popupOpen() || !["ArrowDown", "ArrowUp"].includes(event.key)) return false;
  const count = shown.items.length;
  const from = shown.at < 0 && event.key === "ArrowUp" ? 0 : shown.at;
  shown.at = (from + (event.key === "ArrowDown" ? 1 : -1) + count) % count;
  mark();
  event.preventDefault();
  return true;
}

function row(one, index) {
  const pick = (event) => {
    event.preventDefault();
    one.pick();
  };
  return h("div", { class: "popup-item", role: "option", id: `${shown.id}-${index}`, "aria-selected": "false", on: { pointerdown: pick } },
    one.face ?? null, h("span", { class: "popup-text" }, one.label, one.description ? h("small", {}, one.description) : null),
    one.aside ? h("span", { class: "popup-aside" }, one.aside) : null);
}

function mark() {
  const rows = [...byId("popup").querySelectorAll(".popup-item")];
  rows.forEach((each, index) => {
    each.classList.toggle("active", index === shown.at);
    each.setAttribute("aria-selected", String(index === shown.at));
  });
  const active = rows[shown.at];
  if (active) shown.owner.setAttribute("aria-activedescendant", active.id);
  else shown.owner.removeAttribute("aria-activedescendant");
  active?.scrollIntoView({ block: "nearest" });
}
