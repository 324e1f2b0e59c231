// Starts the page and brings the sandbox's events to its parts.

import { startAccount } from "./account.js";
import { actAs, call, currentSecret, Refused, renewSecret } from "./api.js";
import { startBanner } from "./banner.js";
import { startChat } from "./chat.js";
import { startComposer } from "./composer.js";
import { byId, fill, h } from "./dom.js";
import { startHead } from "./head.js";
import { settle } from "./interactions.js";
import { startLab } from "./lab.js";
import { startMembers } from "./members.js";
import { openModal } from "./modal.js";
import { startNotices } from "./notices.js";
import { rememberChannel, remembered, startSidebar } from "./sidebar.js";
import { EventStream } from "./socket.js";
import * as store from "./store.js";
import { say } from "./words.js";

const LANDMARKS = { guilds: "Servers", channels: "Channels", chat: "Chat", members: "Members" };
const MEMBER = "salon.member";
const { world, place } = store;
const stream = new EventStream(onEvent, (state) => {
  world.connection = state;
  store.emit("connection", state);
});

const HANDLERS = {
  ready: onReady,
  message_create: (event) => {
    const { message } = event;
    store.putMessage(message);
    if (message.channel_id !== place.channel) mark(message.channel_id);
    store.emit("created", message);
  },
  message_update: (event) => {
    store.putMessage(event.message);
    if (event.message.channel_id === place.channel) store.emit("messages");
  },
  message_delete: (event) => {
    store.dropMessage(event.message);
    store.emit("messages");
  },
  interaction: settle,
  choices: settle,
  modal: (event) => {
    settle(event);
    openModal(event);
  },
  commands: () => store.emit("commands"),
  presence: (event) => {
    world.online = event.online;
    store.emit("presence");
  },
  typing: (event) => store.emit("typing", event.channel_id),
  guild: (event) => {
    const changed = store.guild(event.guild_id);
    if (changed) changed.installed = event.installed;
    store.emit("commands");
    store.emit("presence");
  },
  problem: (event) => store.emit("problem", event.text),
};

function onEvent(event) {
  HANDLERS[event.type]?.(event);
}

function onReady(event) {
  const another = world.me !== event.me;
  store.enter(event);
  document.documentElement.lang = store.locale();
  for (const [id, label] of Object.entries(LANDMARKS)) byId(id).setAttribute("aria-label", say(label));
  document.querySelector(".skip").textContent = say("Skip to the message box");
  if (another) store.emit("become");
  store.emit("enter");
  if (another || !store.channel()) openChannel(store.channel()?.id ?? firstChannel());
  else store.emit("refresh");
}

const firstChannel = () => (world.guilds[0] ? remembered(world.guilds[0]) : world.private[0]?.id);

function openChannel(id) {
  const found = store.channel(id);
  if (!found) return;
  place.channel = id;
  place.guild = found.guild_id ?? null;
  store.unread.delete(id);
  rememberChannel(found);
  store.emit("place");
  if (!matchMedia("(pointer: coarse)").matches) store.emit("compose");
}

function mark(channelId) {
  store.unread.add(channelId);
  store.emit("unread");
}

function become(userId) {
  sessionStorage.setItem(MEMBER, userId);
  localStorage.setItem(MEMBER, userId);
  actAs(userId);
  store.unread.clear();
  stream.open(userId);
}

async function listPeople() {
  try {
    return await call("GET", "/people");
  } catch (error) {
    if (error instanceof Refused && error.status === 401 && (await renewSecret())) return call("GET", "/people");
    throw error;
  }
}

async function start() {
  startBanner();
  startSidebar(openChannel);
  startAccount(become);
  startHead();
  startMembers();
  startChat();
  startComposer();
  startNotices();
  startLab();
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-channel]");
    if (!link) return;
    event.preventDefault();
    openChannel(link.dataset.channel);
    if (link.dataset.message) store.emit("jump", link.dataset.message);
  });
  addEventListener("hashchange", () => location.hash.slice(1) !== currentSecret() && location.reload());
  const { people, salon } = await listPeople();
  world.salon = salon;
  const wanted = sessionStorage.getItem(MEMBER) ?? localStorage.getItem(MEMBER);
  become((people.find((one) => one.id === wanted) ?? people[0]).id);
}

start().catch((error) => {
  const words = error instanceof Refused ? error.message : "The sandbox does not answer. Start Salon again as before, then open the address that it prints.";
  fill(document.body, h("main", { class: "locked" }, h("img", { src: "icon.svg", alt: "" }), h("h1", {}, "Salon sandbox"), h("p", {}, words)));
});
