// Dark or light: the system's wish until somebody chooses.

const KEY = "salon.theme";
const wish = matchMedia("(prefers-color-scheme: light)");
const listeners = [];

export const theme = () => localStorage.getItem(KEY) ?? (wish.matches ? "light" : "dark");
export const onTheme = (listener) => listeners.push(listener);

export function toggleTheme() {
  localStorage.setItem(KEY, theme() === "dark" ? "light" : "dark");
  apply();
}

function apply() {
  document.documentElement.dataset.theme = theme();
  for (const listener of listeners) listener();
}

wish.addEventListener("change", apply);
apply();
