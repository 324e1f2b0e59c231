// The open channel's messages: fetched, kept in order, changed in place, scrolled.

import { act } from "./api.js";
import { announce, byId } from "./dom.js";
import { startChatKeys } from "./chatkeys.js";
import { dayRow, emptyRow, noteRow, pendingRow } from "./rows.js";
import { belongsTo, messageRow } from "./message.js";
import { unmarked } from "./markdown.js";
import { plainText } from "./menus.js";
import { pending } from "./sending.js";
import { channel, keepMessages, messagesOf, now, on, place, shownName, world } from "./store.js";
import { sameDay } from "./time.js";
import { attempt, toast } from "./toasts.js";
import { say } from "./words.js";

const PAGE = 50;
const NEAR_PX = 80;
const DECODE_MS = 400;
const rows = new Map();
const notes = [];
const whole = new Set();
let atBottom = true;
let loading = false;

export function startChat() {
  const scroller = byId("scroller");
  scroller.addEventListener("scroll", () => {
    atBottom = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_PX;
    if (scroller.scrollTop < NEAR_PX) loadOlder();
  }, { passive: true });
  const stick = new ResizeObserver(() => atBottom && toBottom());
  stick.observe(byId("messages"));
  stick.observe(scroller);
  startChatKeys();
  on("place", openChannel);
  on("refresh", openChannel);
  on("enter", () => whole.clear());
  on("pending", () => draw());
  on("messages", draw);
  on("message", redrawMessage);
  on("created", onCreated);
  on("jump", jump);
  on("problem", (text) => {
    notes.push({ key: `note-${notes.length}`, channel_id: place.channel, text, at: now() });
    draw();
  });
}

const toBottom = () => {
  const scroller = byId("scroller");
  // A page that was locked out has none any more.
  if (scroller) scroller.scrollTop = scroller.scrollHeight;
};

async function openChannel() {
  const id = place.channel;
  rows.clear();
  byId("messages").replaceChildren();
  atBottom = true;
  if (!messagesOf(id)) await load(id);
  if (id === place.channel) draw();
}

/** Fetch a page of messages; return whether it came. */
async function load(id, before = null) {
  const query = before ? `?limit=${PAGE}&before=${before}` : `?limit=${PAGE}`;
  const answer = await attempt(() => act("GET", `channels/${id}/messages${query}`));
  if (!answer) return false;
  keepMessages(id, answer.messages, { older: Boolean(before) });
  if (answer.messages.length < PAGE) whole.add(id);
  return true;
}

async function loadOlder() {
  const id = place.channel;
  const first = messagesOf(id)?.[0];
  if (loading || !first || whole.has(id)) return;
  loading = true;
  const fromBottom = byId("scroller").scrollHeight - byId("scroller").scrollTop;
  await load(id, first.id);
  loading = false;
  if (id !== place.channel) return;
  draw();
  byId("scroller").scrollTop = byId("scroller").scrollHeight - fromBottom;
}

/** Bring a message of the open channel into view, wherever it stands among its messages. */
async function jump(messageId) {
  const id = place.channel;
  const row = () => rows.get(messageId)?.element;
  if (!messagesOf(id)) await load(id);
  while (id === place.channel && !row() && !whole.has(id)) {
    const first = messagesOf(id)?.[0];
    // Ids grow with time: beyond this it cannot stand.
    if (!first || BigInt(first.id) < BigInt(messageId) || !(await load(id, first.id))) break;
    draw();
  }
  if (id !== place.channel) return;
  draw();
  if (!row()) {
    toast(say("That message is not there any more."), "bad");
    return;
  }
  atBottom = false;
  row().scrollIntoView({ block: "center" });
  row().focus({ preventScroll: true });
}

function onCreated(message) {
  if (message.channel_id !== place.channel) return;
  const own = message.author.id === world.me || message.interaction_metadata?.user.id === world.me;
  atBottom ||= own;
  draw();
  announce(`${shownName(message.author)}: ${unmarked(plainText(message)) || say(" is thinking").trim()}`);
}

/** What is listed: {key, value, build}; `value` tells whether a row is still the same. */
function items() {
  const result = [];
  const list = messagesOf(place.channel) ?? [];
  if (whole.has(place.channel)) result.push({ key: "start", value: place.channel, at: 0, build: () => emptyRow(channel()) });
  let previous = null;
  for (const one of list) {
    if (!previous || !sameDay(previous.timestamp, one.timestamp)) {
      result.push({ key: `day-${one.id}`, value: one.timestamp, at: Date.parse(one.timestamp), build: () => dayRow(one.timestamp) });
      previous = null;
    }
    const compact = belongsTo(one, previous);
    result.push({ key: one.id, value: one, compact, at: Date.parse(one.timestamp), build: () => messageRow(one, { compact }) });
    previous = one;
  }
  const here = (one) => one.channel_id === place.channel;
  const later = [...pending.values()].filter(here).map((one) => ({ key: one.key, value: one.state, at: one.at, build: () => pendingRow(one) }));
  const said = notes.filter(here).map((one) => ({ key: one.key, value: one.text, at: one.at, build: () => noteRow(one) }));
  for (const extra of [...later, ...said].sort((one, other) => one.at - other.at)) {
    const after = result.findLastIndex((one) => one.at <= extra.at);
    result.splice(after + 1, 0, extra);
  }
  return result;
}

function draw() {
  const wanted = items();
  const keys = new Set(wanted.map((one) => one.key));
  for (const [key, row] of rows) {
    if (keys.has(key)) continue;
    row.element.remove();
    rows.delete(key);
  }
  const list = byId("messages");
  wanted.forEach((one, index) => {
    const row = rows.get(one.key) ?? create(one);
    if (row.value !== one.value || row.compact !== one.compact) change(row, one);
    if (list.children[index] !== row.element) list.insertBefore(row.element, list.children[index] ?? null);
  });
  if (atBottom) toBottom();
}

function create(one) {
  const row = { value: one.value, compact: one.compact, element: one.build() };
  rows.set(one.key, row);
  return row;
}

/** Put a new element in a row's place once its pictures can be painted, so that nothing flickers. */
async function change(row, one) {
  Object.assign(row, { value: one.value, compact: one.compact });
  const element = one.build();
  const newest = Symbol(one.key);
  row.newest = newest;
  const pictures = [...element.querySelectorAll("img")];
  if (pictures.length && row.element.isConnected) {
    const patience = new Promise((resolve) => setTimeout(resolve, DECODE_MS));
    await Promise.race([Promise.allSettled(pictures.map((each) => each.decode())), patience]);
  }
  if (row.newest !== newest) return;
  const focused = row.element.contains(document.activeElement) ? document.activeElement.dataset.key ?? "" : null;
  row.element.replaceWith(element);
  row.element = element;
  if (focused !== null) {
    const again = focused ? [...element.querySelectorAll("[data-key]")].find((each) => each.dataset.key === focused) : null;
    (again ?? element).focus({ preventScroll: true });
  }
  if (atBottom) toBottom();
}

/** Draw one message again because something about it changed that is not in the message itself. */
function redrawMessage(id) {
  const row = rows.get(id);
  if (row) change(row, { key: id, value: row.value, compact: row.compact, build: () => messageRow(row.value, { compact: row.compact }) });
}

