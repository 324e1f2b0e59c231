// Says plainly what this page is, and how to get to the real Discord.

import { h, byId, fill } from "./dom.js";
import { icon } from "./icons.js";
import { world } from "./store.js";

const KEY = "salon.banner";

const steps = () => [
  ["Make an application ", "on ", h("a", { href: "https://discord.com/developers/applications", target: "_blank", rel: "noopener noreferrer" }, "Discord's developer portal"), " and copy the token of its bot."],
  ["Give it to Salon", ": stop it with ", h("kbd", {}, "Ctrl-C"), " and set ", h("code", {}, "SALON_DISCORD__TOKEN"), ", or put the token in a file and name that in ", h("code", {}, "SALON_DISCORD__TOKEN_FILE"), "."],
  ["Invite the bot", ": ", h("code", {}, `${world.salon} invite`), " prints the address, with exactly the permissions that it needs."],
  ["Start it again", ": ", h("code", {}, `${world.salon} run`), ". It is the same bot with the same commands, then on Discord."],
];

export function startBanner() {
  if (sessionStorage.getItem(KEY)) {
    byId("banner").hidden = true;
    return;
  }
  const close = () => {
    sessionStorage.setItem(KEY, "closed");
    byId("banner").hidden = true;
  };
  fill(byId("banner"),
    h("p", {}, h("strong", {}, "This is Salon's sandbox"), h("span", { class: "banner-more" }, ": a small Discord on this computer, with the real bot in it. Nothing here reaches discord.com.")),
    h("button", { type: "button", class: "banner-button", on: { click: explain } }, "Connect the real Discord"),
    h("button", { type: "button", class: "plain", "aria-label": "Hide this banner", on: { click: close } }, icon("close", 18)));
}

/** Show the steps to the real Discord. */
export function explain() {
  const dialog = h("dialog", { class: "modal explain", "aria-labelledby": "explain-title" }, h("div", { class: "modal-form" },
    h("div", { class: "modal-head" }, h("h2", { id: "explain-title" }, "Connect the real Discord"),
      h("button", { type: "button", class: "plain close", "aria-label": "Close", on: { click: () => dialog.close() } }, icon("close", 22))),
    h("div", { class: "modal-body" }, h("p", {}, "The sandbox stands in for Discord while Salon has no token. What you do here stays here: nobody else sees it, and the members are made up."),
      h("ol", { class: "steps" }, steps().map(([title, ...rest]) => h("li", {}, h("strong", {}, title), rest))))));
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  byId("overlays").append(dialog);
  dialog.showModal();
}
