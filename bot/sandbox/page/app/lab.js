// The corner panel of the sandbox's switches (bot/sandbox/control.py): the clock, faults, the connection.

import { call } from "./api.js";
import { explain } from "./banner.js";
import { h, byId, fill } from "./dom.js";
import { icon } from "./icons.js";
import { guild, now, on, setClock, world } from "./store.js";
import { attempt, toast } from "./toasts.js";

const KIB = 1024;
const FAULTS = {
  "429 on this route": { kind: "rate_limit", scope: "user", seconds: 2 },
  "429 for everything": { kind: "rate_limit", scope: "global", seconds: 2 },
  "429 shared": { kind: "rate_limit", scope: "shared", seconds: 2 },
  "503 Service unavailable": { kind: "status", status: 503 },
  "404 Not found": { kind: "status", status: 404 },
  "Slow by 4 seconds": { kind: "slow", seconds: 4 },
  "Cut before it is done": { kind: "drop_before" },
  "Cut after it is done": { kind: "drop_after" },
};
const ROUTES = {
  "Any request": "*", "First answers": "POST /interactions/*", "Edits of answers": "PATCH /webhooks/*",
  "Follow-ups": "POST /webhooks/*", "Messages to channels": "POST /channels/*",
};
const TIMES = { Once: 1, "Five times": 5, "Until switched off": null };
const STEPS = { "+10 s": 10, "+3 min": 180, "+15 min": 900, "+1 day": 86_400 };
const LIMITS = { "10 MiB": 10 * KIB * KIB, "1 MiB": KIB * KIB, "100 KiB": 100 * KIB, "10 KiB": 10 * KIB };

export function startLab() {
  const panel = h("section", { class: "lab-panel", id: "lab-panel", hidden: true, "aria-label": "Sandbox switches" });
  const toggle = h("button", { type: "button", id: "lab-toggle", "aria-expanded": "false", "aria-controls": panel.id, title: "Sandbox switches" }, icon("flask", 20), h("span", {}, "Sandbox"));
  const show = (open) => {
    panel.hidden = !open;
    toggle.setAttribute("aria-expanded", String(open));
    if (open) draw(panel, () => { show(false); toggle.focus(); });
  };
  toggle.addEventListener("click", () => show(panel.hidden));
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    show(false);
    toggle.focus();
  });
  byId("lab").append(panel, toggle);
  on("enter", () => !panel.hidden && show(true));
  setInterval(() => !panel.hidden && tick(panel), 1000);
}

function tick(panel) {
  const clock = panel.querySelector(".lab-clock");
  if (clock) clock.textContent = new Date(now()).toLocaleString();
}

function draw(panel, close) {
  fill(panel,
    h("div", { class: "lab-head" }, h("h2", {}, "Sandbox switches"), h("button", { type: "button", class: "plain", "aria-label": "Close the switches", on: { click: close } }, icon("close", 18))),
    h("p", {}, "For the bot's developer: make this Discord misbehave."),
    group("Clock", h("output", { class: "lab-clock" }, ""), buttons(Object.entries(STEPS).map(([label, advance]) => [label, () => clock({ advance })])),
      h("label", { class: "lab-check" }, h("input", { type: "checkbox", checked: world.frozen, on: { change: (event) => clock({ frozen: event.target.checked }) } }), "Stand still")),
    faults(),
    group("Connection of the bot", buttons([
      ["Cut", () => gateway({ action: "drop" })], ["Reconnect (7)", () => gateway({ action: "reconnect" })],
      ["New session (9)", () => gateway({ action: "invalidate", resumable: false })],
    ])),
    group("Largest upload", choice("Largest upload", LIMITS, (limit) => change("/settings", { upload_limit: limit }), world.upload_limit)),
    group("Permissions", buttons([
      ["Close my DMs", () => change(`/people/${world.me}`, { takes_direct_messages: false })],
      ["Open my DMs", () => change(`/people/${world.me}`, { takes_direct_messages: true })],
      ...(guild() ? [[guild().installed ? "Remove Salon here" : "Add Salon here", () => change(`/guilds/${guild().id}`, { installed: !guild().installed })]] : []),
    ])),
    h("button", { type: "button", class: "link", on: { click: explain } }, "Connect the real Discord"));
  tick(panel);
}

function faults() {
  const kind = choice("What goes wrong", FAULTS);
  const route = choice("Which requests", ROUTES);
  const times = choice("How often", TIMES);
  const add = async () => {
    const done = await attempt(() => call("POST", "/faults", { ...kind.read(), route: route.read(), times: times.read() }));
    if (done) toast("The fault is set.");
  };
  const clear = async () => {
    if (await attempt(() => call("DELETE", "/faults"))) toast("All faults are off.");
  };
  return group("The bot's requests", kind, route, times, buttons([["Set the fault", add], ["All off", clear]]));
}

const group = (title, ...content) => h("fieldset", {}, h("legend", {}, title), content);
const buttons = (pairs) => h("div", { class: "lab-buttons" }, pairs.map(([label, run]) => h("button", { type: "button", on: { click: run } }, label)));

function choice(label, values, onChange = null, current = null) {
  const names = Object.keys(values);
  const element = h("select", { "aria-label": label }, names.map((name) => h("option", { selected: values[name] === current }, name)));
  element.read = () => values[names[element.selectedIndex]];
  if (onChange) element.addEventListener("change", () => onChange(element.read()));
  return element;
}

async function clock(body) {
  const state = await attempt(() => call("POST", "/clock", body));
  if (!state) return;
  world.frozen = state.frozen;
  setClock(state.now, state.frozen);
  toast(`It is ${new Date(now()).toLocaleString()}${state.frozen ? ", and time stands still" : ""}.`);
}

async function gateway(body) {
  if (await attempt(() => call("POST", "/gateway", body))) toast("Done.");
}

async function change(path, body) {
  if (!(await attempt(() => call("PATCH", path, body)))) return;
  if ("upload_limit" in body) world.upload_limit = body.upload_limit;
  toast("Done.");
}
