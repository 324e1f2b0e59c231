// The lines around the message box: who is typing, who is offline, whether the sandbox is there.

import { h, byId, fill } from "./dom.js";
import { icon } from "./icons.js";
import { dots } from "./rows.js";
import { on, place, shownName, world } from "./store.js";
import { say } from "./words.js";

const TYPING_MS = 10_000;
let timer = 0;

const WORDS = {
  lost: "The sandbox has stopped. This page comes back by itself as soon as it runs again.",
  locked: "Salon was started anew with another secret: open the address that it printed.",
  offline: "Salon is offline. Commands and buttons fail until it is back.",
};

export function startNotices() {
  for (const name of ["connection", "presence", "enter"]) on(name, draw);
  on("typing", (channelId) => {
    if (channelId !== place.channel) return;
    clearTimeout(timer);
    fill(byId("typing"), dots(), h("strong", {}, shownName(world.bot)), say(" is typing"));
    timer = setTimeout(hush, TYPING_MS);
  });
  for (const name of ["created", "place"]) on(name, hush);
}

const hush = () => byId("typing").replaceChildren();

function draw() {
  const words = WORDS[world.connection] ?? (world.online ? null : WORDS.offline);
  document.body.dataset.connection = world.connection;
  fill(byId("notice"), words ? [icon("alert", 18), say(words)] : []);
}
