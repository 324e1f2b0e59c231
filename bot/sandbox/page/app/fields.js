// The fields of a modal: each returns {element, read}, read() giving what is sent for it.

import { h, uniqueId } from "./dom.js";
import { icon } from "./icons.js";
import { readableSize } from "./gallery.js";
import { markdown } from "./markdown.js";
import { select } from "./select.js";
import { world } from "./store.js";
import { say } from "./words.js";

const ROW = 1;
const TEXT = 10;
const LABEL = 18;
const PARAGRAPH = 2;
const DEFAULT_LENGTH = 4000;

const MAKERS = {
  4: textInput, 3: selectField, 5: selectField, 6: selectField, 7: selectField, 8: selectField,
  19: fileUpload, 21: choices("radio"), 22: choices("checkbox"), 23: checkbox,
};

/** Return the elements of a modal's components and its fields as {custom_id, read}; `files` collects uploads. */
export function modalFields(components, files) {
  const fields = [];
  const add = (inner, label, description) => {
    const id = uniqueId("field");
    const made = (MAKERS[inner.type] ?? unknown)(inner, id, files);
    fields.push({ custom_id: inner.custom_id, read: made.read });
    const star = inner.required === false || inner.type === 23 ? null : h("span", { class: "required", "aria-hidden": "true" }, "*");
    return h("div", { class: "field" }, h("label", { for: id, id: `${id}-label` }, label, star),
      description ? h("p", { class: "field-note", id: `${id}-note` }, description) : null, made.element);
  };
  const elements = components.flatMap((one) => {
    if (one.type === TEXT) return h("div", { class: "content" }, markdown(one.content));
    if (one.type === LABEL) return add(one.component, one.label, one.description);
    if (one.type === ROW) return one.components.map((each) => add(each, each.label ?? each.placeholder ?? "", null));
    return [];
  });
  return { elements, fields };
}

function textInput(one, id) {
  const most = one.max_length ?? DEFAULT_LENGTH;
  const attributes = {
    id, value: one.value ?? "", placeholder: one.placeholder, maxlength: most, minlength: one.min_length, required: one.required !== false,
    autocomplete: "off", class: "text-field",
  };
  const input = one.style === PARAGRAPH ? h("textarea", { ...attributes, rows: 4 }) : h("input", { ...attributes, type: "text" });
  const left = h("span", { class: "counter", "aria-hidden": "true" });
  const count = () => {
    left.textContent = most - input.value.length < 200 || one.max_length ? `${input.value.length}/${most}` : "";
  };
  input.addEventListener("input", count);
  count();
  return { element: h("div", { class: "text-box" }, input, left), read: () => input.value };
}

function selectField(one, id) {
  const element = select(one, { labelledBy: `${id}-label` });
  element.firstChild.id = id;
  return { element, read: () => element.value };
}

function fileUpload(one, id, files) {
  let chosen = [];
  const list = h("ul", { role: "list", class: "chosen-files" });
  const input = h("input", { type: "file", id, multiple: one.max_values > 1, class: "hidden-text" });
  const take = (found) => {
    chosen = [...found].slice(0, one.max_values);
    list.replaceChildren(...chosen.map((file) => h("li", { class: file.size > world.upload_limit ? "bad" : null }, icon("file", 16), `${file.name} (${readableSize(file.size)})`)));
  };
  input.addEventListener("change", () => take(input.files));
  const zone = h("label", { class: "drop", for: id }, icon("plus", 20), h("span", {}, say("Drop files here or "), h("u", {}, say("browse"))),
    h("small", {}, say(one.max_values > 1 ? "Up to {count} files, each up to {size}" : "Up to {size}", { count: one.max_values, size: readableSize(world.upload_limit) })));
  zone.addEventListener("dragover", (event) => event.preventDefault());
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    take(event.dataTransfer.files);
  });
  const read = () => chosen.map((file) => files.push(file) - 1);
  return { element: h("div", { class: "upload" }, input, zone, list), read };
}

function choices(kind) {
  return (one, id) => {
    const inputs = one.options.map((each) => h("input", { type: kind, name: id, value: each.value, checked: each.default ?? false }));
    const rows = one.options.map((each, index) => h("label", { class: "choice-row" }, inputs[index],
      h("span", {}, each.label, each.description ? h("small", {}, each.description) : null)));
    const picked = () => inputs.filter((each) => each.checked).map((each) => each.value);
    const role = kind === "radio" ? "radiogroup" : "group";
    return { element: h("div", { role, "aria-labelledby": `${id}-label`, class: "choice-rows" }, rows), read: () => (kind === "radio" ? picked()[0] : picked()) };
  };
}

function checkbox(one, id) {
  const input = h("input", { type: "checkbox", id, checked: one.default ?? false });
  return { element: h("div", {}, input), read: () => input.checked };
}

const unknown = (one) => ({ element: h("em", {}, `A field of type ${one.type}`), read: () => undefined });

/** Which field a modal begins with: the first in which one writes. */
export const firstField = (dialog) => dialog.querySelector("textarea, input:not(.hidden-text), .select") ?? dialog;
