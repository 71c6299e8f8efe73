// What each key does, in a dialog; single letters can be switched off (WCAG 2.1.4).

import { ICONS, icon, make } from "./dom.js";

/** @type {Record<string, string>} */
const NAMES = { " ": "Space", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc" };

/** @param {import("./lab.js").Lab} lab */
export function explain(lab) {
  document.querySelector("dialog.keys")?.remove();
  /** @param {string} key */
  const shown = (key) => make("kbd", {}, NAMES[key] ?? key);
  const seen = new Set();
  const rows = [...lab.keys.bindings].filter((one) => !seen.has(one.says.en) && seen.add(one.says.en)).map((one) =>
    make("div", {}, make("dt", {}, ...one.keys.filter((key) => !/[ㄱ-ㅣ]/.test(key) && (key.length > 1 || key === key.toLowerCase())).map(shown)), make("dd", { text: one.says })));
  const letters = make("input", { set: { type: "checkbox", checked: lab.keys.letters }, on: { change: (event) => { lab.keys.letters = event.target.checked; } } });
  const label = make("label", { class: "check" }, letters);
  label.append(make("span", { text: lab.word("shell.letters") }));
  const dialog = make("dialog", { class: "keys", label: lab.word("shell.keys") },
    make("header", {}, make("h2", { text: lab.word("shell.keys") }),
      make("button", { class: "quiet icon", label: lab.word("shell.close"), on: { click: () => dialog.close() } }, icon(ICONS.close))),
    make("dl", {}, ...rows), label);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
