// Who is in the open channel, with the context menu of applications on each.

import { h, byId, fill } from "./dom.js";
import { appBadge, avatar } from "./avatar.js";
import { openUserMenu } from "./menus.js";
import { channel, guild, on, shownName, user, world } from "./store.js";
import { say } from "./words.js";

export function startMembers() {
  for (const name of ["enter", "place", "presence"]) on(name, draw);
}

function present() {
  const own = guild();
  if (own) return own.members.map(user).filter((one) => one && (own.installed || one.id !== world.bot.id));
  const open = channel();
  const others = (open?.recipients ?? []).map((one) => user(one.id)).filter(Boolean);
  const all = [...others, ...(open?.with_bot ? [world.bot] : []), user(world.me)].filter(Boolean);
  return [...new Map(all.map((one) => [one.id, one])).values()];
}

function draw() {
  const all = present();
  const online = all.filter((one) => !one.bot || world.online);
  const offline = all.filter((one) => one.bot && !world.online);
  fill(byId("members"), group(say("Online"), online, false), offline.length ? group(say("Offline"), offline, true) : null);
}

function group(title, people, away) {
  return h("section", {}, h("h2", {}, `${title} - ${people.length}`),
    h("ul", { role: "list" }, people.map((one) => h("li", {}, memberButton(one, away)))));
}

function memberButton(one, away) {
  const open = (event) => {
    event.preventDefault();
    openUserMenu(one, event);
  };
  const hint = one.id === world.me ? h("small", {}, say("you")) : null;
  return h("button", {
    type: "button", class: away ? "member away" : "member", "aria-haspopup": "menu", on: { click: open, contextmenu: open },
    dataset: { user: one.id },
  }, h("span", { class: away ? "face" : "face online" }, avatar(one, "small")),
  h("span", { class: one.role === "owner" || one.role === "moderator" ? "name moderator" : "name" }, shownName(one)), one.bot ? appBadge() : null, hint);
}
