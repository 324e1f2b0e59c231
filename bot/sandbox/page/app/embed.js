// An embed: the framed text of older bots.

import { h } from "./dom.js";
import { picture } from "./gallery.js";
import { inline, markdown } from "./markdown.js";

export function embed(one) {
  const box = h("div", { class: "container embed" },
    one.author ? h("div", { class: "embed-author" }, one.author.name) : null,
    one.title ? h("div", { class: "embed-title" }, inline(one.title)) : null,
    one.description ? h("div", { class: "content" }, markdown(one.description)) : null,
    (one.fields ?? []).map((field) => h("div", { class: "embed-field" }, h("strong", {}, inline(field.name)), h("div", {}, markdown(field.value)))),
    one.image ? picture({ media: one.image, description: null }, []) : null,
    one.footer ? h("small", {}, one.footer.text) : null);
  accent(box, one.color);
  return box;
}

/** Colour the edge of a frame. */
export function accent(box, colour) {
  if (colour === null || colour === undefined) return;
  box.classList.add("accented");
  box.style.setProperty("--accent", `#${colour.toString(16).padStart(6, "0")}`);
}
