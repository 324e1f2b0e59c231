// Faces for people without pictures: the first letter on one of a few colours; the bot wears its own mark.

import { h } from "./dom.js";
import { shownName, world } from "./store.js";

const COLOURS = 6;

export function avatar(user, size = "normal") {
  if (user.id === world.bot?.id) {
    return h("img", { class: `avatar ${size}`, src: "icon.svg", alt: "", draggable: "false" });
  }
  // The lowest bits of an id count what was made at one time, so neighbours differ.
  const colour = Number(BigInt(user.id) % BigInt(COLOURS));
  return h("span", { class: `avatar ${size} colour-${colour}`, "aria-hidden": "true" }, [...shownName(user)][0]);
}

/** The small label behind an application's name. */
export const appBadge = () => h("span", { class: "app-badge" }, "APP");
