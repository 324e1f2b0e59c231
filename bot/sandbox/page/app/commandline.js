// A command that is being typed: its options as fields in one line, with hints and choices over it.

import { act } from "./api.js";
import { h } from "./dom.js";
import { nested } from "./commands.js";
import { Option, TYPE } from "./option.js";
import { activeItem, hidePopup, popupKey, popupShown, showPopup } from "./popup.js";
import { outcome } from "./interactions.js";
import { localised, place } from "./store.js";
import { atEdge, caretToEnd } from "./caret.js";
import { say } from "./words.js";

const PAUSE_MS = 120;

export class CommandLine {
  /** `onSend(body, files)` and `onCancel()` are called when the member is done. */
  constructor(entry, { onSend, onCancel }) {
    this.entry = entry;
    this.onSend = onSend;
    this.onCancel = onCancel;
    this.options = [];
    this.asked = 0;
    this.tail = h("span", { class: "pill-tail", contenteditable: "plaintext-only", role: "combobox", "aria-expanded": "false", "aria-label": say("More options"), spellcheck: "false", tabindex: 0 });
    this.tail.addEventListener("focus", () => this.#listMore());
    this.tail.addEventListener("input", () => this.#listMore());
    this.tail.addEventListener("keydown", (event) => this.#tailKey(event));
    this.fields = h("span", { class: "pills" });
    this.more = h("span", { class: "pill-more", "aria-hidden": "true", on: { pointerdown: (event) => { event.preventDefault(); this.tail.focus(); } } });
    this.element = h("div", { class: "command-line", role: "group", "aria-label": say("Command {name}", { name: entry.name }) },
      h("span", { class: "command-name" }, `/${entry.name}`), this.fields, this.tail, this.more);
    this.element.addEventListener("focusout", (event) => {
      if (!this.element.contains(event.relatedTarget)) hidePopup();
    });
    for (const definition of entry.options.filter((one) => one.required)) this.#add(definition);
    this.#count();
  }

  /** Go to the first field that is to be filled in. */
  focus() {
    const first = this.options.find((one) => one.required && !one.text) ?? this.options.at(-1);
    if (first) this.#goTo(first.input);
    else this.tail.focus();
  }

  /** Put what was typed after the command's name into its fields, as pairs of an option and a text; go to the last of them. */
  fill(pairs) {
    let last = null;
    for (const [definition, text] of pairs) {
      const known = this.options.find((one) => one.definition === definition);
      const option = definition && definition.type !== TYPE.attachment && (known ?? this.#add(definition));
      last = option ? option.input : this.tail;
      last.textContent = text;
    }
    if (last) this.#goTo(last);
  }

  /** Put a dropped or pasted file into a field for files; return whether there is one. */
  takeFile(file) {
    const free = this.options.find((one) => one.definition.type === TYPE.attachment && !one.file);
    const unused = this.#unused().find((one) => one.type === TYPE.attachment);
    if (!free && !unused) return false;
    (free ?? this.#add(unused)).takeFile(file);
    return true;
  }

  /** Send the command, or show what is missing. */
  send() {
    const files = [];
    const values = [];
    for (const option of this.options) {
      const read = option.read(files.length);
      option.element.classList.toggle("invalid", Boolean(read?.error));
      if (read?.error) {
        this.#goTo(option.input);
        showPopup({ owner: option.input, items: [], title: option.name, hint: read.error });
        return;
      }
      if (!read) continue;
      if (option.file) files.push(option.file);
      values.push({ name: option.definition.name, value: read.value });
    }
    hidePopup();
    const { command, path } = this.entry;
    this.onSend({ channel_id: place.channel, command_id: command.id, options: nested(path, values) }, files);
  }

  #add(definition) {
    const option = new Option(definition);
    this.options.push(option);
    this.fields.append(option.element);
    option.input.addEventListener("focus", () => this.#suggest(option));
    option.input.addEventListener("input", () => {
      option.chosen = null;
      option.element.classList.remove("invalid");
      this.#suggest(option);
    });
    option.input.addEventListener("keydown", (event) => this.#fieldKey(event, option));
    option.element.addEventListener("click", () => (definition.type === TYPE.attachment ? this.#browse(option) : option.input.focus()));
    this.#count();
    return option;
  }

  #remove(option) {
    this.options = this.options.filter((one) => one !== option);
    option.element.remove();
    this.#count();
  }

  #unused() {
    const used = new Set(this.options.map((one) => one.definition.name));
    return this.entry.options.filter((one) => !used.has(one.name));
  }

  #count() {
    const left = this.#unused().length;
    this.more.textContent = left ? say("+{count} more", { count: left }) : "";
    this.element.classList.toggle("complete", !left);
  }

  #goTo(input) {
    input.focus();
    if (input.isContentEditable) caretToEnd(input);
  }

  #browse(option) {
    const input = h("input", { type: "file" });
    input.addEventListener("change", () => input.files[0] && option.takeFile(input.files[0]));
    input.click();
  }

  async #suggest(option) {
    const { definition } = option;
    const frame = { owner: option.input, title: option.name, hint: localised(definition, "description") };
    const asked = ++this.asked;
    const known = option.choices();
    if (known || !definition.autocomplete) {
      showPopup({ ...frame, items: this.#items(option, known ?? []), first: !option.chosen, empty: known ? say("Nothing of that name.") : null });
      return;
    }
    showPopup({ ...frame, items: [] });
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    if (asked !== this.asked) return;
    const found = await this.#ask(option).catch(() => null);
    if (asked !== this.asked || !popupShown()) return;
    const choices = found?.map((one) => ({ label: localised(one, "name"), value: one.value })) ?? [];
    const empty = found ? say("No suggestions for that; you may write it all the same.") : say("Loading options failed.");
    showPopup({ ...frame, items: this.#items(option, choices), first: false, empty });
  }

  async #ask(option) {
    const others = this.options.filter((one) => one !== option && one.definition.type !== TYPE.attachment)
      .map((one) => ({ name: one.definition.name, ...one.read(0) })).filter((one) => "value" in one);
    const typed = [...others, { name: option.definition.name, value: option.chosen ? "" : option.text, focused: true }];
    const { command, path } = this.entry;
    const body = { channel_id: place.channel, command_id: command.id, options: nested(path, typed) };
    const event = await outcome(act("POST", "autocomplete", body), ["choices"]);
    return event.type === "choices" ? event.choices : null;
  }

  #items(option, choices) {
    return choices.map((one) => ({ label: one.label, face: one.face?.cloneNode(true), pick: () => this.#pick(option, one) }));
  }

  #pick(option, choice) {
    option.choose(choice);
    this.#next(option);
  }

  #next(option) {
    const following = this.options[this.options.indexOf(option) + 1];
    if (following) this.#goTo(following.input);
    else this.tail.focus();
  }

  #fieldKey(event, option) {
    if (event.isComposing || popupKey(event)) return;
    const at = this.options.indexOf(option);
    const item = activeItem();
    if (event.key === "Enter") {
      event.preventDefault();
      if (option.definition.type === TYPE.attachment && !option.file) this.#browse(option);
      else if (item) item.pick();
      else this.send();
    } else if (event.key === "Tab" && !event.shiftKey) {
      event.preventDefault();
      if (item && option.text !== item.label) item.pick();
      else this.#next(option);
    } else if ((event.key === "Tab" || (event.key === "ArrowLeft" && atEdge(option.input, "start"))) && at > 0) {
      event.preventDefault();
      this.#goTo(this.options[at - 1].input);
    } else if (event.key === "ArrowRight" && atEdge(option.input, "end")) {
      event.preventDefault();
      this.#next(option);
    } else if (event.key === "Backspace" && (!option.text || option.file)) {
      event.preventDefault();
      this.#back(option, at);
    } else this.#escape(event);
  }

  #back(option, at) {
    if (option.required && at === 0) {
      this.#cancel();
      return;
    }
    if (!option.required) this.#remove(option);
    const before = this.options[at - 1];
    if (before) this.#goTo(before.input);
    else this.tail.focus();
  }

  #escape(event) {
    if (event.key !== "Escape") return;
    event.preventDefault();
    if (popupShown()) hidePopup();
    else this.#cancel();
  }

  #cancel() {
    hidePopup();
    this.onCancel();
  }

  #listMore() {
    const typed = this.tail.textContent.trim().toLocaleLowerCase();
    const left = this.#unused().filter((one) => [localised(one, "name"), one.name].some((name) => name.toLocaleLowerCase().startsWith(typed)));
    const items = left.map((one) => ({
      label: localised(one, "name"), description: localised(one, "description"),
      pick: () => {
        this.tail.textContent = "";
        this.#goTo(this.#add(one).input);
      },
    }));
    if (items.length) showPopup({ owner: this.tail, items, title: say("Options"), hint: say("Enter sends the command"), first: Boolean(typed) });
    else hidePopup();
  }

  #tailKey(event) {
    if (event.isComposing || popupKey(event)) return;
    const item = activeItem();
    if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) {
      if (event.key === "Tab" && !item) return;
      event.preventDefault();
      if (item) item.pick();
      else this.send();
    } else if (["Backspace", "ArrowLeft"].includes(event.key) && !this.tail.textContent) {
      event.preventDefault();
      const last = this.options.at(-1);
      if (last) this.#goTo(last.input);
      else if (event.key === "Backspace") this.#cancel();
    } else this.#escape(event);
  }
}
