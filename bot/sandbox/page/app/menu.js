// One menu at a time: with the mouse, by keys, with submenus; focus goes back to where it came from.

import { h, byId, uniqueId } from "./dom.js";
import { icon } from "./icons.js";

let open = [];
let before = null;

/**
 * Open a menu. Entries are {label, run} with optional hint, face, icon, danger, checked, disabled,
 * children (a list of entries) or the text "-" for a line.
 */
export function openMenu(entries, { anchor = null, x = 0, y = 0, label = "Actions", title = null }) {
  closeMenus();
  before = document.activeElement;
  const box = panel(entries, label, title);
  show(box, anchor ? above(anchor, box) : { x, y });
  document.addEventListener("pointerdown", onOutside, true);
  addEventListener("blur", closeMenus);
  addEventListener("resize", closeMenus);
}

export function closeMenus({ restore = false } = {}) {
  if (!open.length) return;
  open.forEach((box) => box.remove());
  open = [];
  document.removeEventListener("pointerdown", onOutside, true);
  removeEventListener("blur", closeMenus);
  removeEventListener("resize", closeMenus);
  if (restore) before?.focus();
}

const onOutside = (event) => open.some((box) => box.contains(event.target)) || closeMenus();
const focusables = (box) => [...box.querySelectorAll("[role^=menuitem]:not([aria-disabled])")];

function panel(entries, label, title) {
  const id = uniqueId("menu");
  const heading = title ? h("div", { class: "menu-title", id }, title) : null;
  const box = h("div", { class: "menu", role: "menu", "aria-label": title ? null : label, "aria-labelledby": title ? id : null },
    heading, entries.map((one) => (one === "-" ? h("hr", { role: "separator" }) : item(one))));
  box.addEventListener("keydown", (event) => onKey(event, box));
  box.addEventListener("contextmenu", (event) => event.preventDefault());
  return box;
}

function item(entry) {
  const role = entry.checked === undefined ? "menuitem" : "menuitemradio";
  const element = h("div", {
    role, tabindex: -1, class: entry.danger ? "menu-item danger" : "menu-item", "aria-disabled": entry.disabled ? "true" : null,
    "aria-haspopup": entry.children ? "menu" : null, "aria-checked": entry.checked === undefined ? null : String(entry.checked),
  }, entry.face ?? null, h("span", { class: "menu-text" }, h("span", {}, entry.label), entry.hint ? h("small", {}, entry.hint) : null),
  entry.children ? icon("right", 16) : entry.checked ? icon("check", 16) : entry.icon ? icon(entry.icon, 18) : null);
  element.activate = () => {
    if (entry.disabled) return;
    if (entry.children) openSub(element, entry);
    else {
      closeMenus({ restore: true });
      entry.run();
    }
  };
  element.sub = entry.children ? () => openSub(element, entry) : null;
  element.addEventListener("click", element.activate);
  element.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && hover(element));
  return element;
}

function hover(element) {
  element.focus({ preventScroll: true });
  closeBeyond(element.closest(".menu"));
  element.sub?.();
}

function closeBeyond(box) {
  for (const other of open.splice(open.indexOf(box) + 1)) other.remove();
}

function openSub(element, entry) {
  const parent = element.closest(".menu");
  closeBeyond(parent);
  const box = panel(entry.children, entry.label, null);
  const edge = element.getBoundingClientRect();
  show(box, { x: edge.right - 4, y: edge.top - 6, otherwise: edge.left + 4 }, !element.matches(":hover"));
}

function show(box, { x, y, otherwise }, focus = true) {
  byId("overlays").append(box);
  const { width, height } = box.getBoundingClientRect();
  const left = x + width > innerWidth - 8 ? (otherwise ?? x) - width : x;
  box.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
  box.style.top = `${Math.max(8, Math.min(y, innerHeight - height - 8))}px`;
  open.push(box);
  if (focus) (focusables(box).find((one) => one.getAttribute("aria-checked") === "true") ?? focusables(box)[0])?.focus();
}

function above(anchor, box) {
  byId("overlays").append(box);
  const edge = anchor.getBoundingClientRect();
  const { height } = box.getBoundingClientRect();
  return { x: edge.left, y: edge.top - height - 6 > 0 ? edge.top - height - 6 : edge.bottom + 6 };
}

function onKey(event, box) {
  const items = focusables(box);
  const at = items.indexOf(document.activeElement);
  const moves = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 };
  if (event.key in moves) items[(moves[event.key] + items.length) % items.length]?.focus();
  else if (event.key === "Enter" || event.key === " ") document.activeElement.activate?.();
  else if (event.key === "ArrowRight") document.activeElement.sub?.();
  else if (event.key === "ArrowLeft" && open.length > 1) backTo(box);
  else if (event.key === "Escape" || event.key === "Tab") closeMenus({ restore: true });
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function backTo(box) {
  const parent = open[open.indexOf(box) - 1];
  closeBeyond(parent);
  focusables(parent).find((one) => one.sub)?.focus();
}
