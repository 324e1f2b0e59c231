// Servers, channels and direct messages.

import { h, byId, fill } from "./dom.js";
import { icon } from "./icons.js";
import { avatar } from "./avatar.js";
import { emit, guild, on, place, unread, world } from "./store.js";
import { say } from "./words.js";

/** Draw both lists; `open(channelId)` is called with what was chosen. */
export function startSidebar(open) {
  const draw = () => {
    drawGuilds(open);
    drawChannels(open);
  };
  for (const name of ["enter", "place", "unread", "presence"]) on(name, draw);
}

const initials = (name) => name.split(/\s+/).map((word) => word[0]).join("").slice(0, 3);
const hasUnread = (channels) => channels.some((one) => unread.has(one.id));

function drawGuilds(open) {
  const home = button(say("Direct messages"), place.guild === null, hasUnread(world.private), h("img", { src: "icon.svg", alt: "" }), () => {
    open(world.private[0]?.id);
  });
  const guilds = world.guilds.map((one) =>
    button(one.name, place.guild === one.id, hasUnread(one.channels), initials(one.name), () => open(remembered(one))),
  );
  fill(byId("guilds"), home, h("hr", {}), guilds);
}

function button(name, active, fresh, content, onClick) {
  const classes = ["guild", active && "active", fresh && "fresh"].filter(Boolean).join(" ");
  const label = fresh ? say("{name}, unread messages", { name }) : name;
  return h("div", { class: classes }, h("span", { class: "pip" }), h("button", {
    type: "button", "aria-label": label, "aria-current": active ? "true" : null, title: name, on: { click: onClick },
  }, content));
}

const LAST = "salon.last-channel";
const lastOf = () => JSON.parse(localStorage.getItem(LAST) ?? "{}");

/** Remember which channel of a server was open. */
export function rememberChannel(channel) {
  if (channel.guild_id) localStorage.setItem(LAST, JSON.stringify({ ...lastOf(), [channel.guild_id]: channel.id }));
}

/** The channel of a server that was last open, else the one for pictures, else the first. */
export function remembered(one) {
  const last = one.channels.find((each) => each.id === lastOf()[one.id]);
  return (last ?? one.channels.find((each) => each.name === "paintings") ?? one.channels[0])?.id;
}

function drawChannels(open) {
  const own = guild();
  const title = h("h2", {}, own ? own.name : say("Direct messages"));
  const note = own && !own.installed ? h("p", { class: "side-note" }, say("Salon is not in this server.")) : null;
  const list = own ? own.channels : world.private;
  fill(byId("channels"), h("div", { class: "side-title" }, title), note,
    h("ul", { role: "list" }, list.map((one) => h("li", {}, own ? textChannel(one, open) : privateChannel(one, open)))));
}

function textChannel(one, open) {
  const extra = one.nsfw ? h("span", { class: "tag", title: say("Age-restricted") }, "18+") : null;
  return channelButton(one, open, [icon("hash"), h("span", { class: "name" }, one.name), extra]);
}

function privateChannel(one, open) {
  const face = one.with_bot ? avatar(world.bot, "small") : h("span", { class: "avatar small colour-2" }, icon("people", 18));
  return channelButton(one, open, [face, h("span", { class: "name" }, one.title)]);
}

function channelButton(one, open, content) {
  const active = one.id === place.channel;
  const fresh = unread.has(one.id);
  const classes = ["channel", active && "active", fresh && "fresh"].filter(Boolean).join(" ");
  const name = one.name ?? one.title;
  const choose = () => {
    open(one.id);
    emit("drawer", null);
  };
  return h("button", {
    type: "button", class: classes, "aria-current": active ? "page" : null,
    "aria-label": fresh ? say("{name}, unread messages", { name }) : name, dataset: { channel: one.id }, on: { click: choose },
  }, content);
}
