// The full-size view: leaf through the pictures of a message, read their descriptions.

import { h, byId, fill } from "./dom.js";
import { icon } from "./icons.js";
import { local } from "./gallery.js";
import { say } from "./words.js";

export function openLightbox(items, start) {
  let at = start;
  const stage = h("figure", { class: "stage" });
  const dialog = h("dialog", { class: "lightbox", "aria-label": say("Picture in full size") });
  const step = (by) => {
    at = (at + by + items.length) % items.length;
    show();
  };
  const show = () => {
    const one = items[at];
    const counter = items.length > 1 ? say("{at} of {count}", { at: at + 1, count: items.length }) : "";
    fill(stage, h("img", { src: local(one.media.url), alt: one.description ?? "" }),
      h("figcaption", { "aria-live": "polite" }, counter ? h("strong", {}, counter) : null, one.description ? h("span", {}, one.description) : null,
        h("a", { href: local(one.media.url), target: "_blank", rel: "noopener" }, say("Open in browser"))));
  };
  const side = (name, label, by) => (items.length < 2 ? null
    : h("button", { type: "button", class: `plain side ${name}`, "aria-label": label, on: { click: () => step(by) } }, icon(name, 32)));
  dialog.append(side("left", say("Previous picture"), -1) ?? "", stage, side("right", say("Next picture"), 1) ?? "",
    h("button", { type: "button", class: "plain close", "aria-label": say("Close"), on: { click: () => dialog.close() } }, icon("close", 28)));
  dialog.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by && items.length > 1) step(by);
  });
  dialog.addEventListener("click", (event) => [dialog, stage].includes(event.target) && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  byId("overlays").append(dialog);
  show();
  dialog.showModal();
}
