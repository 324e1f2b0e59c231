// Discord's markdown as elements: blocks first, then what is inside a line.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { channels, shownName, titleOf, user, world } from "./store.js";
import { markdownTime } from "./time.js";
import { say } from "./words.js";

const INLINE = [
  [/^\\([^\p{L}\p{N}\s])/u, (m) => m[1]],
  [/^(`+)([^]*?[^`])\1(?!`)/, (m) => h("code", {}, m[2].trim())],
  [/^\*\*\*([^]+?)\*\*\*/, (m) => h("strong", {}, h("em", {}, inline(m[1])))],
  [/^\*\*((?:\\.|[^\\])+?)\*\*(?!\*)/s, (m) => h("strong", {}, inline(m[1]))],
  [/^__((?:\\.|[^\\])+?)__(?!_)/s, (m) => h("u", {}, inline(m[1]))],
  [/^~~([^]+?)~~/, (m) => h("s", {}, inline(m[1]))],
  [/^\|\|([^]+?)\|\|/, (m) => spoiler(m[1])],
  [/^\*(?!\s)((?:\\.|[^*\\])+?)\*(?!\*)/s, (m) => h("em", {}, inline(m[1]))],
  [/^_((?:\\.|[^_\\])+?)_(?![\p{L}\p{N}_])/su, (m) => h("em", {}, inline(m[1]))],
  [/^\[((?:\\.|[^\]\\])+)\]\(<?(https?:\/\/[^\s)>]+)>?\)/, (m) => link(m[2], inline(m[1]))],
  [/^<(https?:\/\/[^\s>]+)>/, (m) => link(m[1])],
  [/^https?:\/\/[^\s<]*[^\s<.,:;"')\]]/, (m) => link(m[0])],
  [/^<t:(-?\d+)(?::([tTdDfFR]))?>/, (m) => h("time", { class: "mention-time" }, markdownTime(Number(m[1]), m[2]))],
  [/^<@!?(\d+)>/, (m) => mention(`@${user(m[1]) ? shownName(user(m[1])) : "unknown"}`, m[1] === world.me)],
  [/^<@&(\d+)>/, (m) => mention(`@${role(m[1])}`)],
  [/^<#(\d+)>/, (m) => channelLink(m[1])],
  [/^<\/([^:>]+):\d+>/, (m) => mention(`/${m[1]}`)],
  [/^<a?:(\w+):\d+>/, (m) => `:${m[1]}:`],
];
const PLAIN = /^[^]+?(?=[\\`*_~|[<]|https?:\/\/|$)/;

/** Return the nodes of one piece of text without blocks. */
export function inline(text) {
  const nodes = [];
  while (text) {
    const hit = first(text) ?? [PLAIN.exec(text) ?? [text], (m) => m[0]];
    nodes.push(hit[1](hit[0]));
    text = text.slice(hit[0][0].length);
  }
  return nodes;
}

function first(text) {
  for (const [pattern, make] of INLINE) {
    const match = pattern.exec(text);
    if (match) return [match, make];
  }
  return null;
}

/** Return a text in one line, as it reads without its marks. */
export function unmarked(text) {
  const line = text.replace(/^(?:#{1,3}|-#|>>>|>) +/gm, "").replace(/\s+/g, " ");
  return inline(line).map((one) => one.textContent ?? one).join("");
}

/** Return the nodes of a whole text. */
export function markdown(text) {
  const nodes = [];
  const pieces = text.split(/```(?:([a-zA-Z0-9+-]*)\n)?([^]*?)```/);
  for (let index = 0; index < pieces.length; index += 3) {
    nodes.push(...blocks(pieces[index]));
    if (index + 2 < pieces.length) nodes.push(h("pre", {}, h("code", {}, (pieces[index + 2] ?? "").replace(/\n$/, ""))));
  }
  return nodes;
}

function blocks(text) {
  const nodes = [];
  const lines = text.replace(/^\n|\n$/g, "").split("\n");
  if (lines.length === 1 && !lines[0]) return nodes;
  for (let at = 0; at < lines.length; ) {
    const taken = heading(lines[at]) ?? quote(lines, at) ?? list(lines, at) ?? paragraph(lines, at);
    nodes.push(taken.node);
    at += taken.count;
  }
  return nodes;
}

function heading(line) {
  const match = /^(#{1,3}|-#) +(.+)$/.exec(line);
  if (!match) return null;
  const subtext = match[1] === "-#";
  const attributes = subtext ? { class: "subtext" } : { class: `md-h${match[1].length}`, role: "heading", "aria-level": match[1].length + 2 };
  return { node: h("div", attributes, inline(match[2])), count: 1 };
}

function quote(lines, at) {
  const rest = /^>>> (.*)$/.exec(lines[at]);
  if (rest) return { node: h("blockquote", {}, blocks([rest[1], ...lines.slice(at + 1)].join("\n"))), count: lines.length - at };
  const own = run(lines, at, /^> ?/);
  return own.length && lines[at].startsWith("> ")
    ? { node: h("blockquote", {}, blocks(own.map((line) => line.replace(/^> ?/, "")).join("\n"))), count: own.length }
    : null;
}

function list(lines, at) {
  const bullets = run(lines, at, /^\s*[-*] /);
  if (bullets.length) return { node: h("ul", {}, bullets.map((line) => item(line, /^\s*[-*] /))), count: bullets.length };
  const numbers = run(lines, at, /^\s*\d+\. /);
  if (!numbers.length) return null;
  const start = parseInt(numbers[0], 10);
  return { node: h("ol", { start }, numbers.map((line) => item(line, /^\s*\d+\. /))), count: numbers.length };
}

const item = (line, marker) => h("li", { class: /^\s{2,}/.test(line) ? "nested" : null }, inline(line.replace(marker, "")));

function paragraph(lines, at) {
  let count = 1;
  while (at + count < lines.length && !startsBlock(lines[at + count])) count += 1;
  return { node: h("div", { class: "paragraph" }, inline(lines.slice(at, at + count).join("\n"))), count };
}

const startsBlock = (line) => /^(#{1,3} |-# |>>> |> |\s*[-*] |\s*\d+\. )/.test(line);

function run(lines, at, pattern) {
  let end = at;
  while (end < lines.length && pattern.test(lines[end])) end += 1;
  return lines.slice(at, end);
}

function spoiler(text) {
  const open = (event) => {
    event.currentTarget.classList.add("open");
    event.currentTarget.removeAttribute("role");
    event.currentTarget.removeAttribute("aria-label");
  };
  const onKey = (event) => event.key === "Enter" && open(event);
  const attributes = { class: "spoiler", role: "button", tabindex: 0, "aria-label": say("Spoiler, press to show") };
  return h("span", { ...attributes, on: { click: open, keydown: onKey } }, h("span", {}, inline(text)));
}

const MESSAGE = /^https:\/\/discord\.com\/channels\/(?:@me|\d+)\/(\d+)\/(\d+)$/;

/** A link; to a message of a channel of this world it leads within the page (main.js). */
function link(address, content = null) {
  const [, id, message] = MESSAGE.exec(address) ?? [];
  const found = channels().find((one) => one.id === id);
  if (!found) return h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, content ?? address);
  return h("a", { class: content ? null : "mention", href: "#", dataset: { channel: id, message } }, content ?? [titleOf(found), " › ", icon("message", 14)]);
}

const mention = (text, mine = false) => h("span", { class: mine ? "mention mine" : "mention" }, text);
const role = (id) => world.guilds.flatMap((guild) => guild.roles).find((one) => one.id === id)?.name ?? "deleted-role";

function channelLink(id) {
  const found = channels().find((one) => one.id === id);
  return found ? h("a", { class: "mention", href: `#`, dataset: { channel: id } }, `#${found.name ?? found.title}`) : mention("#unknown");
}
