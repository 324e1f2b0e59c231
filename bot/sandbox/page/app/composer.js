// The message box: plain messages with files and replies; a slash opens the picker of commands.

import { act } from "./api.js";
import { h, byId, fill } from "./dom.js";
import { focusLastMessage } from "./chatkeys.js";
import { CommandLine } from "./commandline.js";
import { matching, opened, readOptions, slashCommands } from "./commands.js";
import { drafts, drawAttached, replyBar } from "./drafts.js";
import { icon } from "./icons.js";
import { avatar } from "./avatar.js";
import { activeItem, hidePopup, popupKey, popupShown, showPopup } from "./popup.js";
import { send } from "./sending.js";
import { channel, emit, on, place, shownName, titleOf, world } from "./store.js";
import { attempt } from "./toasts.js";
import { say } from "./words.js";

let box = null;
let line = null;
/** Which look for commands is the newest; what an older one finds is not shown any more. */
let looks = 0;

export function startComposer() {
  on("place", draw);
  on("become", () => drafts.clear());
  on("compose", () => (line ? line.focus() : box?.focus()));
  on("reply", (message) => {
    drafts.reply = message;
    draw();
    box?.focus();
  });
  on("mention", (user) => insert(`<@${user.id}> `));
  for (const name of ["dragover", "drop"]) document.addEventListener(name, onDrop);
  document.addEventListener("paste", (event) => takeFiles(event.clipboardData.files));
  document.addEventListener("keydown", typeAnywhere);
}

function draw() {
  line = null;
  hidePopup();
  const open = channel();
  if (!open) return;
  const words = open.writable ? say("Message {place}", { place: open.with_bot ? `@${open.title}` : titleOf(open) }) : say("You may not write here, but you can use commands: /");
  box = h("textarea", {
    class: "box", rows: 1, placeholder: words, "aria-label": words, "aria-autocomplete": "list", role: "combobox", "aria-expanded": "false",
    value: drafts.text.get(place.channel) ?? "", maxlength: 2000, on: { input: onInput, compositionend: onInput, keydown: onKey, focus: onInput, blur: hidePopup },
  });
  const attach = h("input", { type: "file", multiple: true, class: "hidden-text", tabindex: -1, "aria-hidden": "true" });
  attach.addEventListener("change", () => takeFiles(attach.files));
  fill(byId("composer"), replyBar(draw), drawAttached(draw), h("div", { class: "box-row" },
    h("button", { type: "button", class: "plain", "aria-label": say("Attach a file"), title: say("Attach a file"), on: { click: () => attach.click() } }, icon("plus", 22)), attach, box,
    h("button", { type: "button", class: "plain slash", "aria-label": say("Commands"), title: say("Commands"), on: { click: openPicker } }, "/"),
    h("button", { type: "button", class: "plain send", "aria-label": say("Send"), on: { click: post } }, icon("send", 22))));
  grow();
}

function openPicker() {
  box.value = "/";
  box.focus();
  onInput();
}

function grow() {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight, innerHeight / 3)}px`;
}

function onInput(event) {
  drafts.text.set(place.channel, box.value);
  grow();
  // Opening a command would break off a composition.
  if (/^\/[^\n]*$/.test(box.value) && !event?.isComposing) pick();
  else hidePopup();
}

async function pick() {
  const own = ++looks;
  const entries = await attempt(slashCommands);
  if (!entries || own !== looks || !box.value.startsWith("/") || document.activeElement !== box) return;
  const whole = box.value.includes(" ") && opened(entries, box.value);
  if (whole) {
    begin(whole.entry, whole.rest);
    return;
  }
  const found = matching(entries, box.value.slice(1).trimEnd());
  const items = found.map((entry) => ({
    label: h("span", { class: "picker-name" }, `/${entry.name}`, entry.options.map((one) => (one.required ? h("em", {}, one.name_localizations?.[localeOf()] ?? one.name) : null))),
    description: entry.description, aside: shownName(world.bot), face: avatar(world.bot, "small"), pick: () => begin(entry),
  }));
  const none = entries.length ? say("No command of that name.") : world.online ? say("The bot has registered no commands yet.") : say("Salon is offline and has registered no commands yet.");
  showPopup({ owner: box, items, title: say("Commands"), hint: shownName(world.bot), empty: none });
}

const localeOf = () => world.people.find((one) => one.id === world.me)?.locale;

/** Turn the box into the line of a command; `rest` is what was typed after its name. */
function begin(entry, rest = "") {
  const back = () => {
    draw();
    box.focus();
  };
  drafts.text.set(place.channel, "");
  line = new CommandLine(entry, {
    // A slash that stayed would open the picker, in which Enter takes the first command, whichever that is.
    onCancel: back,
    onSend: async (body, files) => {
      const sent = line;
      back();
      if (await send({ name: entry.name }, body, files)) return;
      // Refused before it reached the bot: what was typed comes back.
      if (body.channel_id === place.channel && !box.value) restore(sent);
    },
  });
  restore(line);
  line.fill(readOptions(entry, rest));
}

function restore(one) {
  line = one;
  hidePopup();
  fill(byId("composer"), h("div", { class: "box-row" }, one.element,
    h("button", { type: "button", class: "plain cancel", "aria-label": say("Cancel the command"), title: say("Cancel"), on: { click: () => one.onCancel() } }, icon("close", 20)),
    h("button", { type: "button", class: "plain send", "aria-label": say("Send the command"), on: { pointerdown: (event) => event.preventDefault(), click: () => one.send() } }, icon("send", 22))));
  one.focus();
}

function onKey(event) {
  if (event.isComposing || popupKey(event)) return;
  const item = activeItem();
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    if (item) item.pick();
    else post();
  } else if (event.key === "Tab" && item && !event.shiftKey) {
    event.preventDefault();
    item.pick();
  } else if (event.key === "Escape") {
    event.preventDefault();
    looks += 1;
    if (popupShown()) hidePopup();
    else if (drafts.reply) {
      drafts.reply = null;
      draw();
      box.focus();
    }
  } else if (event.key === "ArrowUp" && !box.value) {
    event.preventDefault();
    focusLastMessage();
  }
}

async function post() {
  const content = box.value.trim();
  const files = [...drafts.files];
  if (!content && !files.length) return;
  const meant = content.startsWith("/") ? opened((await attempt(slashCommands)) ?? [], content) : null;
  if (meant) {
    begin(meant.entry, meant.rest);
    drafts.files = files.filter((one) => !line.takeFile(one));
    if (meant.rest) line.send();
    return;
  }
  const body = { channel_id: place.channel, content, reply_to: drafts.reply?.id };
  const kept = { text: box.value, reply: drafts.reply };
  drafts.clear(place.channel);
  draw();
  box.focus();
  if (await attempt(() => act("POST", "messages", body, files))) return;
  drafts.text.set(body.channel_id, kept.text);
  drafts.reply = kept.reply;
  drafts.files = files;
  draw();
}

function insert(text) {
  if (!channel()?.writable) return;
  if (line) draw();
  box.value += text;
  box.focus();
  onInput();
}

function onDrop(event) {
  if (event.target.closest?.("dialog") || !event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  if (event.type === "drop") takeFiles(event.dataTransfer.files);
}

function takeFiles(found) {
  const files = [...found];
  if (!files.length || document.querySelector("dialog[open]")) return;
  if (line) {
    files.forEach((one) => line.takeFile(one));
    return;
  }
  drafts.files = [...drafts.files, ...files].slice(0, 10);
  draw();
  box.focus();
}

/** As in Discord, typing goes to the box wherever the focus is. */
function typeAnywhere(event) {
  const free = event.target === document.body || event.target.closest?.("#scroller");
  if (!free || event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1 || event.key === " ") return;
  if (event.target.closest?.("button, a, input, textarea, [role=button]")) return;
  emit("compose");
}
