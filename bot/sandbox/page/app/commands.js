// The commands of the open channel, as the picker and the context menus list them.

import { act } from "./api.js";
import { localised, on, place, world } from "./store.js";

const SUBCOMMAND = 1;
const GROUP = 2;
const cache = new Map();

on("commands", () => cache.clear());
on("enter", () => cache.clear());

/** Fetch the commands that may be used in a channel, once until they change. */
export function commandsOf(channelId = place.channel) {
  const key = `${world.me}:${channelId}`;
  if (!cache.has(key)) {
    const found = act("GET", `channels/${channelId}/commands`).then((answer) => answer.commands);
    found.catch(() => cache.delete(key));
    cache.set(key, found);
  }
  return cache.get(key);
}

/** Return the commands of a context menu: `kind` 2 on members, 3 on messages. */
export const menuCommands = async (kind) => (await commandsOf()).filter((one) => one.type === kind);

/** Return every slash command and subcommand as {command, path, name, description, options}; the moderators' come last. */
export async function slashCommands() {
  const found = (await commandsOf()).filter((one) => one.type === 1).flatMap((one) => leaves(one, one, []));
  const guarded = (one) => Number(one.command.default_member_permissions != null);
  return found.sort((one, other) => guarded(one) - guarded(other) || one.name.localeCompare(other.name));
}

function leaves(command, node, path) {
  const nested = (node.options ?? []).filter((one) => one.type === SUBCOMMAND || one.type === GROUP);
  if (nested.length) return nested.flatMap((one) => leaves(command, one, [...path, one]));
  const names = [command, ...path];
  return [{
    command,
    path: path.map((one) => one.name),
    name: names.map((one) => localised(one, "name")).join(" "),
    plainName: names.map((one) => one.name).join(" "),
    description: localised(node, "description"),
    options: node.options ?? [],
  }];
}

/** Wrap options in the subcommands that lead to them. */
export const nested = (path, options) => path.reduceRight((inner, name) => [{ name, options: inner }], options);

/** Order by how well they fit what was typed: beginnings first, then any part; the plain name counts too. */
export function matching(entries, typed) {
  const wanted = typed.toLocaleLowerCase();
  const rank = (entry) => {
    const names = [entry.name, entry.plainName].map((one) => one.toLocaleLowerCase());
    if (names.some((one) => one.startsWith(wanted))) return 0;
    return names.some((one) => one.includes(wanted)) ? 1 : 2;
  };
  return entries.map((entry) => [rank(entry), entry]).filter(([one]) => one < 2)
    .sort(([one], [other]) => one - other).map(([, entry]) => entry);
}

/** Return {entry, rest} where a text begins with a whole command and a space or its end; null where it begins with none. */
export function opened(entries, text) {
  const typed = `${text.slice(1).replaceAll(/\s/g, " ")} `;
  const begins = (name) => typed.toLocaleLowerCase().startsWith(`${name.toLocaleLowerCase()} `);
  for (const entry of entries) {
    const name = [entry.name, entry.plainName].find(begins);
    if (name) return { entry, rest: typed.slice(name.length + 1, -1).trimStart() };
  }
  return null;
}

/** Read `option: value` pairs; what stands before the first of them is the value of the first required option. */
export function readOptions(entry, rest) {
  const called = new Map(entry.options.flatMap((one) => [[one.name, one], [localised(one, "name"), one]]));
  const names = [...called.keys()].sort((one, other) => other.length - one.length).map((one) => one.replaceAll(/[^\p{L}\p{N}_]/gu, "\\$&"));
  const parts = names.length ? rest.split(new RegExp(`(?:^|\\s)(${names.join("|")}):\\s*`, "u")) : [rest];
  const found = [[entry.options.find((one) => one.required), parts[0]]];
  for (let at = 1; at < parts.length; at += 2) found.push([called.get(parts[at]), parts[at + 1]]);
  return found.filter(([, text]) => text);
}
