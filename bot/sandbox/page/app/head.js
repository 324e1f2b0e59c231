// The bar over the chat: where you are, and on small screens the way to the lists.

import { h, byId, fill } from "./dom.js";
import { icon } from "./icons.js";
import { channel, emit, on } from "./store.js";
import { say } from "./words.js";

export function startHead() {
  on("place", draw);
  on("enter", draw);
  on("drawer", (side) => {
    document.body.dataset.drawer = side ?? "";
    for (const one of document.querySelectorAll("[data-opens]")) {
      one.setAttribute("aria-expanded", String(isOpen(one.dataset.opens)));
    }
  });
  byId("main").addEventListener("click", (event) => {
    if (document.body.dataset.drawer && !event.target.closest("#members")) emit("drawer", null);
  });
  document.addEventListener("keydown", (event) => {
    const side = document.body.dataset.drawer;
    if (event.key !== "Escape" || !side || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    emit("drawer", null);
    document.querySelector(`[data-opens="${side}"]`).focus();
  });
}

const narrow = () => matchMedia("(max-width: 1000px)").matches;
const isOpen = (side) => (side === "people" && !narrow() ? !document.body.classList.contains("no-people") : document.body.dataset.drawer === side);

function toggle(side) {
  if (side === "people" && !narrow()) document.body.classList.toggle("no-people");
  emit("drawer", narrow() && document.body.dataset.drawer !== side ? side : null);
}

function draw() {
  const open = channel();
  if (!open) return;
  const name = open.name ?? open.title;
  document.title = `${open.type === 0 ? "#" : ""}${name} - Salon sandbox`;
  fill(byId("head"),
    opener("lists", "menu", say("Servers and channels")),
    icon(open.type === 0 ? "hash" : open.type === 3 ? "people" : "at"), h("h1", {}, name),
    open.nsfw ? h("span", { class: "tag" }, "18+") : null,
    open.topic ? h("p", { class: "topic", title: open.topic }, open.topic) : h("span", { class: "topic" }),
    opener("people", "people", say("Member list")));
}

function opener(side, name, label) {
  return h("button", {
    type: "button", class: `plain opens-${side}`, "aria-label": label, title: label, "aria-expanded": String(isOpen(side)),
    dataset: { opens: side }, on: { click: (event) => { event.stopPropagation(); toggle(side); } },
  }, icon(name, 22));
}
