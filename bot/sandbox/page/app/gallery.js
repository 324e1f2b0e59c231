// Pictures and files of messages.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { openLightbox } from "./lightbox.js";
import { say } from "./words.js";

const SINGLE_PX = { width: 550, height: 400 };

/** The address of a file of this sandbox, by path: the page may have been opened as localhost. */
export function local(address) {
  const url = new URL(address, location.href);
  return ["127.0.0.1", "localhost"].includes(url.hostname) ? url.pathname + url.search : address;
}

/** A media gallery: `items` are {media, description, spoiler}. */
export function gallery(items) {
  const count = items.length > 4 ? "many" : items.length;
  const box = h("div", { class: `gallery of-${count}`, role: "group", "aria-label": items.length > 1 ? say("{count} pictures", { count: items.length }) : null },
    items.map((one) => picture(one, items)));
  if (items.length === 1) fit(box.firstChild, items[0].media);
  return box;
}

/** One picture that opens in full size; `all` are those to leaf through. */
export function picture(one, all) {
  const image = h("img", {
    src: local(one.media.url), alt: one.description ?? "", width: one.media.width, height: one.media.height, draggable: "false",
  });
  const covered = one.spoiler;
  const tile = h("button", {
    type: "button", class: covered ? "picture covered" : "picture", dataset: { key: `picture-${all.indexOf(one)}` },
    "aria-label": covered ? say("Spoiler, press to show") : say("Show in full size: {name}", { name: one.description ?? say("picture without description") }),
  }, image, covered ? h("span", { class: "cover" }, say("SPOILER")) : null,
  one.description ? h("span", { class: "alt-badge", "aria-hidden": "true", title: one.description }, "ALT") : null);
  tile.addEventListener("click", () => {
    if (tile.classList.contains("covered")) {
      tile.classList.remove("covered");
      tile.setAttribute("aria-label", say("Show in full size: {name}", { name: one.description ?? say("picture without description") }));
    } else openLightbox(all.length ? all : [one], Math.max(0, all.indexOf(one)));
  });
  return tile;
}

function fit(tile, media) {
  if (!media.width) return;
  const scale = Math.min(1, SINGLE_PX.width / media.width, SINGLE_PX.height / media.height);
  // A preview is small; it is shown as large as the picture that follows it.
  const width = Math.round(Math.max(media.width * scale, Math.min(260, SINGLE_PX.width)));
  tile.style.width = `${width}px`;
  tile.style.aspectRatio = `${media.width} / ${media.height}`;
}

export function fileCard(address, name, bytes) {
  return h("a", { class: "file-card", href: local(address), download: name, dataset: { key: `file-${name}` } }, icon("file", 28),
    h("span", {}, h("strong", {}, name), bytes ? h("small", {}, readableSize(bytes)) : null), icon("download", 20));
}

export function readableSize(bytes) {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 2 ** 20 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 2 ** 20).toFixed(1)} MB`;
}
