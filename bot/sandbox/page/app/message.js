// One message as a row of the list.

import { act } from "./api.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { appBadge, avatar } from "./avatar.js";
import { components } from "./components.js";
import { embed } from "./embed.js";
import { fileCard, gallery } from "./gallery.js";
import { markdown, unmarked } from "./markdown.js";
import { openMessageMenu, openUserMenu, plainText } from "./menus.js";
import { failureOf } from "./presses.js";
import { dots, footer } from "./rows.js";
import { canModerate, channel, emit, message as known, now, shownName, user, world } from "./store.js";
import { clockTime, fullStamp, stamp } from "./time.js";
import { attempt } from "./toasts.js";
import { say } from "./words.js";

const EPHEMERAL = 64;
const LOADING = 128;
const REPLY = 19;
const TOGETHER_MS = 7 * 60_000;
const TOKEN_LIFE_MS = 15 * 60_000;

/** Tell whether a message follows another so closely that it needs no name and face. */
export function belongsTo(one, previous) {
  return Boolean(previous) && previous.author.id === one.author.id && !one.interaction_metadata && one.type !== REPLY
    && (previous.flags & EPHEMERAL) === (one.flags & EPHEMERAL)
    && Date.parse(one.timestamp) - Date.parse(previous.timestamp) < TOGETHER_MS;
}

export function messageRow(message, { compact }) {
  const private_ = Boolean(message.flags & EPHEMERAL);
  const classes = ["message", compact && "compact", private_ && "private", pingsMe(message) && "pings"].filter(Boolean);
  const menu = (event) => {
    if (event.target.closest("a, .menu") || String(getSelection())) return;
    event.preventDefault();
    openMessageMenu(message, event);
  };
  return h("li", {
    class: classes.join(" "), role: "listitem", tabindex: -1, dataset: { message: message.id }, on: { contextmenu: menu },
    "aria-label": `${shownName(message.author)}, ${clockTime(message.timestamp)}`,
  }, context(message), compact ? h("time", { class: "aside", datetime: message.timestamp }, clockTime(message.timestamp)) : face(message),
  h("div", { class: "body" }, compact ? null : who(message), content(message), failure(message), private_ ? footer(() => dismiss(message)) : null),
  tools(message, private_));
}

const pingsMe = (message) => message.mention_everyone || message.mentions.some((one) => one.id === world.me);
const dismiss = (message) => attempt(() => act("DELETE", `messages/${message.id}`));

function context(message) {
  if (message.interaction) {
    const used = message.interaction.user;
    return h("div", { class: "context" }, avatar(used, "tiny"), h("strong", {}, shownName(used)), say(" used "),
      h("span", { class: "command" }, `${menuCommand(message) ? "" : "/"}${message.interaction.name}`));
  }
  const id = message.message_reference?.message_id;
  if (!id) return null;
  const target = known(id);
  const jump = () => document.querySelector(`[data-message="${id}"]`)?.focus();
  return h("button", { type: "button", class: "context", on: { click: jump }, dataset: { key: "context" } },
    target ? [avatar(target.author, "tiny"), h("strong", {}, shownName(target.author)), " ",
      h("span", { class: "excerpt" }, unmarked(plainText(target)).slice(0, 120) || say("Pictures"))]
      : h("em", {}, say("Original message was deleted or is further up")));
}

const menuCommand = (message) => "target_user" in message.interaction_metadata || "target_message_id" in message.interaction_metadata;

function face(message) {
  const open = (event) => openUserMenu(message.author, event);
  return h("button", { type: "button", class: "face-button", tabindex: -1, "aria-label": say("Actions for {name}", { name: shownName(message.author) }), on: { click: open } }, avatar(message.author, "face"));
}

function who(message) {
  const bot = message.author.bot;
  const role = user(message.author.id)?.role;
  const classes = ["author", bot && "bot", ["owner", "moderator"].includes(role) && channel()?.guild_id && "moderator"].filter(Boolean);
  return h("div", { class: "who" }, h("span", { class: classes.join(" ") }, shownName(message.author)), bot ? appBadge() : null,
    h("time", { datetime: message.timestamp, title: fullStamp(message.timestamp) }, stamp(message.timestamp)));
}

function content(message) {
  if (message.flags & LOADING) return thinking(message);
  const edited = message.edited_timestamp ? h("span", { class: "edited", title: fullStamp(message.edited_timestamp) }, say(" (edited)")) : null;
  const pictures = message.attachments.filter((one) => one.width);
  const files = message.attachments.filter((one) => !one.width);
  const listed = pictures.map((one) => ({ media: one, description: one.description, spoiler: one.filename.startsWith("SPOILER_") }));
  return [
    message.content ? h("div", { class: "content" }, markdown(message.content), edited) : null,
    message.embeds.map(embed),
    pictures.length ? gallery(listed) : null,
    files.map((one) => fileCard(one.url, one.filename, one.size)),
    message.components.length ? h("div", { class: "components" }, components(message.components, message)) : null,
  ];
}

function thinking(message) {
  const over = now() - Date.parse(message.timestamp) > TOKEN_LIFE_MS;
  const words = over ? say("The application did not respond") : say("{name} is thinking", { name: shownName(message.author) });
  return h("div", { class: "thinking", role: "status" }, over ? icon("alert", 16) : dots(), words);
}

function failure(message) {
  const words = failureOf(message.id);
  return words ? h("div", { class: "failure", role: "alert" }, icon("alert", 16), words) : null;
}

function tools(message, private_) {
  const button = (name, label, run) => h("button", { type: "button", class: "plain", tabindex: -1, "aria-label": label, title: label, on: { click: run } }, icon(name, 18));
  const mine = message.author.id === world.me || canModerate();
  return h("div", { class: "tools" },
    private_ || !channel()?.writable ? null : button("reply", say("Reply"), () => emit("reply", message)),
    mine && !private_ ? button("trash", say("Delete message"), () => dismiss(message)) : null,
    button("more", say("More"), (event) => openMessageMenu(message, event)));
}
