// Components V2 (and the older rows of buttons) as elements.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { accent } from "./embed.js";
import { fileCard, gallery, picture } from "./gallery.js";
import { markdown } from "./markdown.js";
import { isBusy, press } from "./presses.js";
import { dots } from "./rows.js";
import { select } from "./select.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "secondary", 6: "primary" };
const LINK = 5;

const DRAWN = {
  1: (one, message) => h("div", { class: "row" }, components(one.components, message)),
  2: button,
  3: messageSelect, 5: messageSelect, 6: messageSelect, 7: messageSelect, 8: messageSelect,
  9: (one, message) => h("div", { class: "section" }, h("div", { class: "section-text" }, components(one.components, message)), draw(one.accessory, message)),
  10: (one) => h("div", { class: "content" }, markdown(one.content)),
  11: (one) => h("div", { class: "thumbnail" }, picture(one, [one])),
  12: (one) => gallery(one.items),
  13: (one) => fileCard(one.file.url, one.name ?? "file", one.size),
  14: (one) => h("div", { class: `separator${one.spacing === 2 ? " wide" : ""}${one.divider ? " line" : ""}`, role: one.divider ? "separator" : null }),
  17: container,
};

export const components = (list, message) => list.map((one) => draw(one, message));

function draw(one, message) {
  return DRAWN[one.type]?.(one, message) ?? h("div", { class: "unknown" }, `A component of type ${one.type}`);
}

function container(one, message) {
  const box = h("div", { class: one.spoiler ? "container covered" : "container" }, components(one.components, message));
  accent(box, one.accent_color);
  if (one.spoiler) box.addEventListener("click", () => box.classList.remove("covered"), { once: true });
  return box;
}

function button(one, message) {
  const content = [one.emoji?.id ? null : one.emoji?.name, one.label].filter(Boolean).join(" ");
  if (one.style === LINK) {
    return h("a", { class: "button secondary", href: one.url, target: "_blank", rel: "noopener noreferrer" }, content, icon("link", 16));
  }
  const waiting = isBusy(message.id, one.custom_id);
  return h("button", {
    type: "button", class: `button ${STYLES[one.style] ?? "secondary"}${waiting ? " busy" : ""}`, disabled: one.disabled ?? false,
    "aria-busy": waiting ? "true" : null, dataset: { key: one.custom_id }, on: { click: () => press(message.id, one.custom_id) },
  }, h("span", {}, content), waiting ? dots() : null);
}

function messageSelect(one, message) {
  return select(one, {
    busy: isBusy(message.id, one.custom_id), dataset: { key: one.custom_id },
    onChoose: (values) => press(message.id, one.custom_id, values),
  });
}
