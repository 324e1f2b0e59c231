// The context menus of messages and members, with the bot's commands under Apps.

import { act } from "./api.js";
import { menuCommands } from "./commands.js";
import { openMenu } from "./menu.js";
import { send } from "./sending.js";
import { canModerate, channel, emit, localised, shownName, world } from "./store.js";
import { attempt, toast } from "./toasts.js";
import { say } from "./words.js";

const ON_USER = 2;
const ON_MESSAGE = 3;
const EPHEMERAL = 64;

const position = (event) => {
  const edge = event.currentTarget.getBoundingClientRect();
  return event.type === "contextmenu" && (event.clientX || event.clientY)
    ? { x: event.clientX, y: event.clientY } : { x: edge.left + 24, y: edge.bottom };
};

/** Open the menu of a message at the place of an event. */
export async function openMessageMenu(message, event) {
  const where = position(event);
  const commands = await attempt(() => menuCommands(ON_MESSAGE)) ?? [];
  const ephemeral = Boolean(message.flags & EPHEMERAL);
  const mayDelete = message.author.id === world.me || ephemeral || canModerate();
  openMenu([
    ...(ephemeral ? [] : [{ label: say("Reply"), icon: "reply", disabled: !channel().writable, run: () => emit("reply", message) }]),
    { label: say("Copy text"), icon: "copy", run: () => copy(plainText(message)) },
    ...(ephemeral ? [] : [apps(commands, message.id, message)]),
    "-",
    { label: say("Copy message ID"), icon: "copy", run: () => copy(message.id) },
    ...(mayDelete ? [{
      label: ephemeral ? say("Dismiss message") : say("Delete message"), icon: "trash", danger: true,
      run: () => attempt(() => act("DELETE", `messages/${message.id}`)),
    }] : []),
  ], { ...where, label: say("Message actions") });
}

/** Open the menu of a member at the place of an event. */
export async function openUserMenu(user, event) {
  const where = position(event);
  const commands = await attempt(() => menuCommands(ON_USER)) ?? [];
  openMenu([
    { label: say("Mention"), icon: "at", run: () => emit("mention", user) },
    apps(commands, user.id),
    "-",
    { label: say("Copy user ID"), icon: "copy", run: () => copy(user.id) },
  ], { ...where, label: say("Actions for {name}", { name: shownName(user) }) });
}

function apps(commands, targetId) {
  const children = commands.map((one) => ({ label: localised(one, "name"), run: () => use(one, targetId) }));
  const none = [{ label: world.online ? say("Nothing here") : say("Salon is offline"), disabled: true, run: () => {} }];
  return { label: say("Apps"), children: children.length ? children : none };
}

function use(command, targetId) {
  const body = { channel_id: channel().id, command_id: command.id, options: [], target_id: targetId };
  send({ command, name: localised(command, "name"), slash: false }, body, []);
}

/** All the words of a message. */
export function plainText(message) {
  const words = [];
  const walk = (one) => {
    if (one.content) words.push(one.content);
    for (const child of one.components ?? []) walk(child);
    if (one.accessory) walk(one.accessory);
  };
  walk(message);
  return words.join("\n");
}

async function copy(text) {
  await navigator.clipboard.writeText(text).then(() => toast(say("Copied.")), () => toast(say("The browser does not let this page copy.")));
}
