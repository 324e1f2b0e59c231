// A select menu, in messages and in modals: a button with a list that floats over everything.

import { h, fill, uniqueId } from "./dom.js";
import { icon } from "./icons.js";
import { avatar } from "./avatar.js";
import { channel, guild, shownName, user, world } from "./store.js";
import { say } from "./words.js";

const GAP_PX = 4;

/**
 * Return the element of a select; its `value` is the list of chosen values.
 * `onChoose(values)` is called once a choice is complete: at once for one value, on closing for several.
 */
export function select(one, { onChoose = () => {}, busy = false, dataset = {}, labelledBy = null } = {}) {
  const options = offered(one);
  const several = (one.max_values ?? 1) > 1;
  const chosen = new Set(options.filter((each) => each.default).map((each) => each.value));
  const list = h("div", { class: "listbox", role: "listbox", popover: "auto", id: uniqueId("list"), "aria-multiselectable": several ? "true" : null });
  const text = h("span", { class: "select-text" });
  const trigger = h("button", {
    type: "button", class: busy ? "select busy" : "select", role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-haspopup": "listbox",
    "aria-label": labelledBy ? null : one.placeholder ?? say("Choose"), "aria-labelledby": labelledBy, disabled: one.disabled ?? false, dataset, popovertarget: busy ? null : list.id,
  }, text, icon("down", 20));
  const element = h("div", { class: "select-box" }, trigger, list);
  let at = 0;
  let changed = false;
  element.value = [...chosen];

  const show = () => {
    const named = options.filter((each) => chosen.has(each.value)).map((each) => each.label);
    text.textContent = named.join(", ") || one.placeholder || say("Make a selection");
    text.classList.toggle("placeholder", !named.length);
    element.value = options.filter((each) => chosen.has(each.value)).map((each) => each.value);
  };
  const draw = () => {
    fill(list, options.map((each, index) => row(each, index)));
    trigger.setAttribute("aria-activedescendant", `${list.id}-${at}`);
    list.children[at]?.scrollIntoView({ block: "nearest" });
  };
  const row = (each, index) => h("div", {
    class: index === at ? "option active" : "option", role: "option", id: `${list.id}-${index}`, "aria-selected": String(chosen.has(each.value)),
    on: { click: () => toggle(index), pointermove: () => { if (at !== index) { at = index; draw(); } } },
  }, each.face ?? null, h("span", { class: "option-text" }, h("span", {}, [each.emoji?.id ? null : each.emoji?.name, each.label].filter(Boolean).join(" ")),
    each.description ? h("small", {}, each.description) : null), chosen.has(each.value) ? icon("check", 18) : null);
  const toggle = (index) => {
    const { value } = options[index];
    if (!several) {
      chosen.clear();
      chosen.add(value);
    } else if (chosen.has(value)) chosen.delete(value);
    else if (chosen.size < one.max_values) chosen.add(value);
    changed = true;
    show();
    if (several) draw();
    else list.hidePopover();
  };
  trigger.addEventListener("keydown", (event) => {
    const isOpen = list.matches(":popover-open");
    if (["ArrowDown", "ArrowUp", "Enter", " "].includes(event.key)) {
      event.preventDefault();
      if (busy) return;
      if (!isOpen) list.showPopover();
      else if (event.key.startsWith("Arrow")) {
        at = (at + (event.key === "ArrowDown" ? 1 : -1) + options.length) % options.length;
        draw();
      } else if (options.length) toggle(at);
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      event.stopPropagation();
      list.hidePopover();
    } else if (event.key === "Tab" && isOpen) list.hidePopover();
    else if (event.key.length === 1) {
      const found = options.findIndex((each) => each.label.toLowerCase().startsWith(event.key.toLowerCase()));
      if (found >= 0) at = found;
      if (isOpen) draw();
    }
  });
  list.addEventListener("toggle", (event) => {
    const isOpen = event.newState === "open";
    trigger.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) {
      at = Math.max(0, options.findIndex((each) => chosen.has(each.value)));
      changed = false;
      draw();
      float(list, trigger);
    } else if (changed && chosen.size >= (one.min_values ?? 1)) onChoose(element.value);
  });
  show();
  return element;
}

function float(list, trigger) {
  const edge = trigger.getBoundingClientRect();
  list.style.width = `${edge.width}px`;
  list.style.left = `${edge.left}px`;
  const { height } = list.getBoundingClientRect();
  const below = edge.bottom + GAP_PX;
  list.style.top = `${below + height < innerHeight ? below : Math.max(GAP_PX, edge.top - GAP_PX - height)}px`;
}

/** What a select offers: its own options, or the members, roles and channels of the place. */
function offered(one) {
  const preset = new Set((one.default_values ?? []).map((each) => each.id));
  const people = () => present().map((each) => ({ label: shownName(each), value: each.id, face: avatar(each, "tiny") }));
  const roles = () => (guild()?.roles ?? []).filter((each) => each.id !== guild().id).map((each) => ({ label: each.name, value: each.id, description: say("Role") }));
  const places = () => (guild()?.channels ?? []).filter((each) => !one.channel_types?.length || one.channel_types.includes(each.type))
    .map((each) => ({ label: `#${each.name}`, value: each.id }));
  const lists = { 3: () => one.options, 5: people, 6: roles, 7: () => [...people(), ...roles()], 8: places };
  return lists[one.type]().map((each) => ({ ...each, default: each.default || preset.has(each.value) }));
}

/** The people of the open place. */
export function present() {
  const ids = guild()?.members ?? [...(channel()?.recipients ?? []).map((each) => each.id), world.me];
  return [...new Set(ids)].map(user).filter(Boolean);
}
