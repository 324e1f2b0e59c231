// A modal that the bot opened.

import { act } from "./api.js";
import { h, byId } from "./dom.js";
import { icon } from "./icons.js";
import { avatar } from "./avatar.js";
import { firstField, modalFields } from "./fields.js";
import { outcome } from "./interactions.js";
import { shownName, world } from "./store.js";
import { say } from "./words.js";

let shown = null;

/** Show the modal of a `modal` event, in place of one that is open. */
export function openModal(event) {
  shown?.close();
  const files = [];
  const { elements, fields } = modalFields(event.modal.components, files);
  const error = h("p", { class: "modal-error", role: "alert" });
  const submit = h("button", { type: "submit", class: "button primary" }, say("Submit"));
  const cancel = h("button", { type: "button", class: "button secondary", on: { click: () => dialog.close() } }, say("Cancel"));
  const form = h("form", { class: "modal-form", novalidate: true },
    h("div", { class: "modal-head" }, avatar(world.bot, "small"), h("h2", { id: "modal-title" }, event.modal.title),
      h("button", { type: "button", class: "plain close", "aria-label": say("Close"), on: { click: () => dialog.close() } }, icon("close", 22))),
    h("div", { class: "modal-body" }, elements,
      h("p", { class: "modal-warning" }, say("This form is submitted to {name}. Do not share passwords or other private information.", { name: shownName(world.bot) }))),
    error, h("div", { class: "modal-foot" }, cancel, submit));
  const dialog = h("dialog", { class: "modal", "aria-labelledby": "modal-title" }, form);
  form.addEventListener("submit", async (submitting) => {
    submitting.preventDefault();
    submit.disabled = true;
    error.textContent = "";
    const words = await send(event.interaction_id, fields, files);
    submit.disabled = false;
    if (words) error.textContent = words;
    else dialog.close();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (shown === dialog) shown = null;
  });
  dialog.addEventListener("keydown", (pressed) => {
    if (pressed.key === "Enter" && (pressed.ctrlKey || pressed.metaKey)) form.requestSubmit();
  });
  byId("overlays").append(dialog);
  shown = dialog;
  dialog.showModal();
  firstField(dialog).focus();
}

/** Submit; return what went wrong, null where nothing did. */
async function send(interactionId, fields, files) {
  files.length = 0;
  const values = Object.fromEntries(fields.map((one) => [one.custom_id, one.read()]).filter(([, value]) => value !== undefined));
  try {
    const event = await outcome(act("POST", "modals", { interaction_id: interactionId, values }, files));
    return event.state === "failed" ? say("Something went wrong: the application did not respond. Try again.") : null;
  } catch (refused) {
    return refused instanceof TypeError ? say("The sandbox does not answer.") : refused.message;
  }
}
