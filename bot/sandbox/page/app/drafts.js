// What was begun and not sent: text by channel, files, the message that is replied to.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { readableSize } from "./gallery.js";
import { shownName, world } from "./store.js";
import { say } from "./words.js";

export const drafts = {
  text: new Map(),
  files: [],
  reply: null,
  clear(channelId) {
    if (channelId) this.text.delete(channelId);
    else this.text.clear();
    this.files = [];
    this.reply = null;
  },
};

/** The bar that says whom one replies to, null for nobody; `redraw` after it was closed. */
export function replyBar(redraw) {
  if (!drafts.reply) return null;
  const close = () => {
    drafts.reply = null;
    redraw();
  };
  return h("div", { class: "reply-bar" }, h("span", {}, say("Replying to "), h("strong", {}, shownName(drafts.reply.author))),
    h("button", { type: "button", class: "plain", "aria-label": say("Do not reply"), on: { click: close } }, icon("close", 18)));
}

/** The files that go with the message, null for none. */
export function drawAttached(redraw) {
  if (!drafts.files.length) return null;
  return h("ul", { class: "attached", role: "list" }, drafts.files.map((file) => {
    const big = file.size > world.upload_limit;
    const remove = () => {
      drafts.files = drafts.files.filter((one) => one !== file);
      redraw();
    };
    return h("li", { class: big ? "bad" : null }, icon("file", 32), h("span", {}, file.name),
      h("small", {}, big ? say("Too big: at most {size}", { size: readableSize(world.upload_limit) }) : readableSize(file.size)),
      h("button", { type: "button", class: "plain", "aria-label": say("Remove {name}", { name: file.name }), on: { click: remove } }, icon("trash", 16)));
  }));
}
