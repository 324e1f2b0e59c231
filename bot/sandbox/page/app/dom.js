// Builds elements; text only ever becomes text nodes, so nothing that somebody wrote can become markup.

/**
 * Return an element. `attributes` take class, dataset, on (listeners by event name), properties by their own names
 * (value, disabled, checked, hidden) and everything else as attributes; null and false leave an attribute out.
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") element.className = value;
    else if (name === "dataset") Object.assign(element.dataset, value);
    else if (name === "on") for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    else if (PROPERTIES.has(name)) element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const PROPERTIES = new Set(["value", "disabled", "checked", "hidden", "selected", "multiple", "required"]);

/** Put `children` in place of all that is in `element`. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
}

export const byId = (id) => document.getElementById(id);

/** Say something to screen readers. */
export function announce(text) {
  byId("announcer").textContent = text;
}

let last = 0;

/** Return an id that no other element has. */
export const uniqueId = (prefix) => `${prefix}-${++last}`;
