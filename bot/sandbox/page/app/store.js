// What the page knows: the world as the acting member sees it, and the messages of the channels that were opened.

const listeners = new Map();

export const world = {
  me: null, bot: null, online: false, people: [], guilds: [], private: [], upload_limit: 0, connection: "lost", salon: "salon",
};
/** The open channel's id, the open guild's id (null for direct messages). */
export const place = { channel: null, guild: null };
export const unread = new Set();

const messages = new Map();
/** What came while a channel's messages were being fetched, by channel and id. */
const early = new Map();
let clockOffset = 0;
let stoppedAt = null;

/** Listen to changes: world, place, messages, connection, commands, typing, problem, unread, presence. */
export function on(name, listener) {
  listeners.set(name, [...(listeners.get(name) ?? []), listener]);
}

export function emit(name, detail) {
  for (const listener of listeners.get(name) ?? []) listener(detail);
}

/** Take over a `ready` event. */
export function enter(ready) {
  Object.assign(world, ready);
  setClock(ready.now, ready.frozen);
  messages.clear();
  early.clear();
}

export function setClock(now, frozen) {
  clockOffset = Date.parse(now) - Date.now();
  stoppedAt = frozen ? Date.parse(now) : null;
}

/** Return the sandbox's time in milliseconds. */
export const now = () => stoppedAt ?? Date.now() + clockOffset;

export const me = () => world.people.find((one) => one.id === world.me);
export const locale = () => me()?.locale ?? "en-US";
export const channels = () => [...world.guilds.flatMap((guild) => guild.channels), ...world.private];
export const channel = (id = place.channel) => channels().find((one) => one.id === id);
export const guild = (id = place.guild) => world.guilds.find((one) => one.id === id);
export const user = (id) => (id === world.bot?.id ? world.bot : world.people.find((one) => one.id === id));
export const shownName = (one) => one.global_name ?? one.username;
export const canModerate = () => ["owner", "moderator"].includes(me()?.role);

/** Return a text in the acting member's language, where the bot gave one. */
export const localised = (thing, field) => thing[`${field}_localizations`]?.[locale()] ?? thing[field] ?? "";

/** Return a channel's messages, oldest first; undefined before they were fetched. */
export const messagesOf = (channelId) => messages.get(channelId);
export const message = (id) => [...messages.values()].flat().find((one) => one.id === id);

export function keepMessages(channelId, found, { older = false } = {}) {
  const had = older ? messages.get(channelId) ?? [] : [];
  messages.set(channelId, [...found, ...had]);
  const waiting = early.get(channelId) ?? new Map();
  early.delete(channelId);
  for (const one of waiting.values()) if (!found.length || BigInt(one.id) >= BigInt(found[0].id)) putMessage(one);
}

/** Add or replace a message, keeping the order of ids. */
export function putMessage(one) {
  const list = messages.get(one.channel_id);
  if (!list) {
    early.set(one.channel_id, (early.get(one.channel_id) ?? new Map()).set(one.id, one));
    return;
  }
  const index = list.findIndex((other) => other.id === one.id);
  if (index >= 0) list[index] = one;
  else list.push(one);
}

export function dropMessage(one) {
  early.get(one.channel_id)?.delete(one.id);
  const list = messages.get(one.channel_id);
  if (list) messages.set(one.channel_id, list.filter((other) => other.id !== one.id));
}

/** Where a channel's title is shown: "#paintings", or the name of who is there. */
export const titleOf = (one) => (one.type === 0 ? `#${one.name}` : one.title);
