// Times as a chat shows them, by the sandbox's clock.

import { locale, now } from "./store.js";
import { say } from "./words.js";

const DAY_MS = 86_400_000;
const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
};
const UNITS = [["year", 365 * DAY_MS], ["month", 30 * DAY_MS], ["day", DAY_MS], ["hour", 3_600_000], ["minute", 60_000], ["second", 1000]];

const format = (ms, options) => new Intl.DateTimeFormat(locale(), options).format(ms);

/** "14:05" today, "Yesterday at 14:05", else with the date. */
export function stamp(iso) {
  const ms = Date.parse(iso);
  const days = dayNumber(now()) - dayNumber(ms);
  if (days === 0) return format(ms, { timeStyle: "short" });
  if (days === 1) return say("Yesterday at {time}", { time: format(ms, { timeStyle: "short" }) });
  return format(ms, { dateStyle: "short", timeStyle: "short" });
}

export const clockTime = (iso) => format(Date.parse(iso), { timeStyle: "short" });
export const fullStamp = (iso) => format(Date.parse(iso), { dateStyle: "full", timeStyle: "short" });
export const dayName = (iso) => format(Date.parse(iso), { dateStyle: "long" });
export const sameDay = (one, other) => dayNumber(Date.parse(one)) === dayNumber(Date.parse(other));

/** A `<t:seconds:style>` of Discord's markdown. */
export function markdownTime(seconds, style) {
  const ms = seconds * 1000;
  return style === "R" ? relative(ms) : format(ms, STYLES[style] ?? STYLES.f);
}

function relative(ms) {
  const away = ms - now();
  const [unit, length] = UNITS.find(([, one]) => Math.abs(away) >= one) ?? UNITS.at(-1);
  return new Intl.RelativeTimeFormat(locale(), { numeric: "auto" }).format(Math.round(away / length), unit);
}

function dayNumber(ms) {
  const date = new Date(ms);
  return Math.floor(new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime() / DAY_MS + 0.5);
}
