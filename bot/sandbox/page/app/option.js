// One option of a command that is being typed: its text, what was chosen, what it is sent as.

import { h } from "./dom.js";
import { avatar } from "./avatar.js";
import { channels, guild, localised, place, shownName, titleOf } from "./store.js";
import { present } from "./select.js";
import { say } from "./words.js";

export const TYPE = { string: 3, integer: 4, boolean: 5, user: 6, channel: 7, role: 8, mentionable: 9, number: 10, attachment: 11 };
const NUMBERS = [TYPE.integer, TYPE.number];

export class Option {
  constructor(definition) {
    this.definition = definition;
    this.name = localised(definition, "name");
    this.chosen = null;
    this.file = null;
    this.input = definition.type === TYPE.attachment ? this.#fileInput() : this.#textInput();
    this.element = h("span", { class: "pill", dataset: { option: definition.name } }, h("span", { class: "pill-name", "aria-hidden": "true" }, this.name), this.input);
  }

  get text() {
    return this.file ? this.file.name : this.input.textContent.trim();
  }

  get required() {
    return Boolean(this.definition.required);
  }

  /** Take a choice of a list. */
  choose(choice) {
    this.chosen = choice;
    this.input.textContent = choice.label;
  }

  takeFile(file) {
    this.file = file;
    this.input.textContent = file.name;
  }

  /** The choices that this page knows by itself and that fit what was typed; null where text is free. */
  choices() {
    const all = this.#all();
    if (!all) return null;
    const typed = this.chosen ? "" : this.text.toLocaleLowerCase();
    return all.filter((one) => one.label.toLocaleLowerCase().includes(typed));
  }

  /** Return {value}, or {error} as a sentence; undefined where nothing was typed. `index` numbers a file. */
  read(index) {
    if (this.definition.type === TYPE.attachment) {
      if (this.file) return { value: index };
      return this.required ? { error: say("Choose a file for {name}.", this) } : undefined;
    }
    if (!this.text) return this.required ? { error: say("{name} must be filled in.", this) } : undefined;
    if (this.chosen) return { value: this.chosen.value };
    const all = this.#all();
    if (all) {
      const exact = all.find((one) => one.label.toLocaleLowerCase() === this.text.toLocaleLowerCase());
      return exact ? { value: exact.value } : { error: say("Choose one of the list for {name}.", this) };
    }
    return NUMBERS.includes(this.definition.type) ? this.#number() : this.#words();
  }

  #words() {
    const { min_length: least, max_length: most } = this.definition;
    const length = [...this.text].length;
    if (least !== undefined && length < least) return { error: say("{name} must be at least {least} characters long; this has {length}.", { name: this.name, least, length }) };
    if (most !== undefined && length > most) return { error: say("{name} must be at most {most} characters long; this has {length}.", { name: this.name, most, length }) };
    return { value: this.text };
  }

  #number() {
    const value = Number(this.text);
    const whole = this.definition.type === TYPE.integer;
    if (!Number.isFinite(value) || (whole && !Number.isInteger(value))) return { error: say(whole ? "{name} must be a whole number." : "{name} must be a number.", this) };
    const { min_value: least, max_value: most } = this.definition;
    if (least !== undefined && value < least) return { error: say("{name} must be at least {least}.", { name: this.name, least }) };
    if (most !== undefined && value > most) return { error: say("{name} must be at most {most}.", { name: this.name, most }) };
    return { value };
  }

  #all() {
    const { type, choices } = this.definition;
    if (choices?.length) return choices.map((one) => ({ label: String(localised(one, "name")), value: one.value }));
    const people = () => present().map((one) => ({ label: shownName(one), value: one.id, face: avatar(one, "tiny") }));
    const roles = () => (guild()?.roles ?? []).map((one) => ({ label: one.name, value: one.id }));
    const places = () => channels().filter((one) => one.guild_id && one.guild_id === place.guild).map((one) => ({ label: titleOf(one), value: one.id }));
    const lists = {
      [TYPE.boolean]: () => [{ label: say("True"), value: true }, { label: say("False"), value: false }],
      [TYPE.user]: people, [TYPE.channel]: places, [TYPE.role]: roles, [TYPE.mentionable]: () => [...people(), ...roles()],
    };
    return lists[type]?.() ?? null;
  }

  #textInput() {
    return h("span", {
      class: "pill-input", contenteditable: "plaintext-only", role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false",
      "aria-label": this.#label(), "aria-required": this.required ? "true" : null, spellcheck: "false", tabindex: 0,
    });
  }

  #fileInput() {
    return h("span", { class: "pill-input pill-file", role: "button", tabindex: 0, "aria-label": say("{label}. Press Enter to choose a file", { label: this.#label() }) }, say("choose a file"));
  }

  #label() {
    return `${this.name}: ${localised(this.definition, "description")}`;
  }
}
