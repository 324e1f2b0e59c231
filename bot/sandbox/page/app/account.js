// Who you are: the panel at the bottom left, which switches between the sandbox's members, and the theme.

import { h, byId, fill } from "./dom.js";
import { icon } from "./icons.js";
import { avatar } from "./avatar.js";
import { openMenu } from "./menu.js";
import { on, me, shownName, world } from "./store.js";
import { onTheme, theme, toggleTheme } from "./theme.js";
import { say } from "./words.js";

const ROLES = { owner: "owner", moderator: "moderator", member: "member", new: "just joined" };

/** Draw the panel; `become(userId)` is called with who was chosen. */
export function startAccount(become) {
  const draw = () => me() && fill(byId("account"), whoButton(become), themeButton());
  on("enter", draw);
  onTheme(draw);
}

export const roleText = (one) => `${say(ROLES[one.role])} · ${one.locale}`;

function whoButton(become) {
  const own = me();
  const open = (event) => {
    const entries = world.people.map((one) => ({
      label: shownName(one), hint: roleText(one), face: avatar(one, "small"), checked: one.id === world.me,
      run: () => become(one.id),
    }));
    openMenu(entries, { anchor: event.currentTarget, label: say("Be somebody else"), title: say("Be somebody else") });
  };
  return h("button", {
    type: "button", id: "who", "aria-haspopup": "menu", "aria-label": say("You are {name}. Be somebody else", { name: shownName(own) }), on: { click: open },
  }, avatar(own), h("span", { class: "who-text" }, h("strong", {}, shownName(own)), h("small", {}, roleText(own))), icon("down", 16));
}

function themeButton() {
  const dark = theme() === "dark";
  const label = dark ? say("Switch to the light theme") : say("Switch to the dark theme");
  return h("button", { type: "button", class: "plain", id: "theme", "aria-label": label, title: label, on: { click: toggleTheme } }, icon(dark ? "sun" : "moon"));
}
