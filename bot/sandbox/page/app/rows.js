// The rows of a chat that are no messages: days, the beginning, commands under way, notes for the bot's developer.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { appBadge, avatar } from "./avatar.js";
import { dismissPending } from "./sending.js";
import { shownName, titleOf, world } from "./store.js";
import { clockTime, dayName } from "./time.js";
import { say } from "./words.js";

export const dayRow = (iso) => h("li", { class: "day", role: "separator", "aria-label": dayName(iso) }, h("span", {}, dayName(iso)));

export function emptyRow(channel) {
  const private_ = channel.type !== 0;
  const words = channel.with_bot
    ? say("Your direct messages with Salon. Only you two read them.")
    : private_ ? say("A group without the bot. Its commands still work here: you brought them along.")
      : channel.topic ?? "";
  return h("li", { class: "beginning" }, h("div", { class: "beginning-icon" }, icon(private_ ? "at" : "hash", 40)),
    h("h2", {}, private_ ? channel.title : say("Welcome to {place}", { place: titleOf(channel) })), h("p", {}, words),
    h("p", { class: "hint" }, say("Type "), h("kbd", {}, "/"), say(" to see what Salon can do.")));
}

/** A command that the bot has not answered yet, or did not answer at all. */
export function pendingRow(entry) {
  const over = entry.state !== "sending";
  const words = { sending: say("Sending command"), failed: say("The application did not respond"), offline: say("The application did not respond: Salon is offline") }[entry.state];
  return h("li", { class: over ? "message pending failed" : "message pending", role: "listitem", tabindex: -1 },
    h("div", { class: "context" }, avatar(entry.user, "tiny"), h("strong", {}, shownName(entry.user)), say(" used "), h("span", { class: "command" }, entry.name)),
    avatar(world.bot, "face"),
    h("div", { class: "body" },
      h("div", { class: "who" }, h("span", { class: "author bot" }, shownName(world.bot)), appBadge(), h("time", {}, clockTime(new Date(entry.at).toISOString()))),
      h("div", { class: "thinking", role: "status" }, over ? icon("alert", 16) : dots(), words),
      over ? footer(() => dismissPending(entry)) : null));
}

/** Three dots that pulse. */
export const dots = () => h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i"));

/** What is under a message that only this member sees. */
export function footer(dismiss) {
  return h("div", { class: "ephemeral" }, icon("eye", 16), say("Only you can see this"), " - ",
    h("button", { type: "button", class: "link", dataset: { key: "dismiss" }, on: { click: dismiss } }, say("Dismiss message")));
}

/** What the bot did wrong, said to its developer where it happened. */
export function noteRow(note) {
  return h("li", { class: "note", role: "note", tabindex: -1 }, icon("alert", 18),
    h("div", {}, h("strong", {}, "For the bot's developer"), h("p", {}, note.text)));
}
