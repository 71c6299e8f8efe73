// Copying and saving: nothing leaves the machine.

import { ICONS, icon, make, tell } from "./dom.js";

/** @typedef {import("./lab.js").Lab} Lab */
/** @typedef {import("./lab.js").Taken} Taken */
/** @typedef {import("./words.js").Text} Text */

/**
 * A file for the reader's downloads.
 * @param {string} file
 * @param {string | Blob} content
 */
export function save(file, content) {
  const blob = typeof content === "string" ? new Blob([content], { type: file.endsWith(".svg") ? "image/svg+xml" : "text/plain;charset=utf-8" }) : content;
  const address = URL.createObjectURL(blob);
  const link = make("a", { set: { href: address, download: file, hidden: true } });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/**
 * A field to copy from, and its button. Where the browser does not allow copying, the text is selected.
 * @param {Lab} lab
 * @param {{ label: Text, id: string, code?: boolean, rows?: number, about?: string }} what
 */
export function copyField(lab, { label, id, rows = 1, about }) {
  const field = rows > 1
    ? make("textarea", { class: "code", set: { id, rows, readonly: true, spellcheck: "false", "aria-describedby": about } })
    : make("input", { class: "code", set: { id, type: "text", readonly: true, spellcheck: "false", "aria-describedby": about } });
  const words = make("span", { text: lab.word("shell.copy") });
  const button = make("button", { label: { en: `${lab.word("shell.copy").en}: ${label.en}`, ko: `${lab.word("shell.copy").ko}: ${label.ko}` }, on: { click: () => void copy() } }, words);
  const status = make("p", { class: "small", set: { role: "status" } });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  async function copy() {
    clearTimeout(timer);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      tell(words, { text: lab.word("shell.copied") });
      tell(status, { text: { en: "", ko: "" } });
      timer = setTimeout(() => tell(words, { text: lab.word("shell.copy") }), 3000);
    } catch {
      tell(status, { text: lab.word("sharing.copy-failed") });
    }
  }
  field.addEventListener("focus", () => field.select());
  const box = make("div", { class: "copy" }, make("label", { text: label, set: { for: id } }), make("div", { class: "copy-row" }, field, button), status);
  return { box, field, put: (/** @type {string} */ value) => { field.value = value; } };
}

/**
 * A button for each thing that can be taken away, and what became of it.
 * @param {Lab} lab
 * @param {Taken[]} taken
 */
export function takingList(lab, taken) {
  const status = make("p", { class: "small", set: { role: "status" } });
  if (!taken.length) return [make("p", { class: "ghost", text: lab.word("sharing.nothing") })];
  const buttons = taken.map((one) => make("li", {}, make("button", { on: { click: () => void take(one) } }, icon(TAKE), make("span", { text: one.name }), make("code", { class: "tiny" }, one.file))));
  /** @param {Taken} one */
  async function take(one) {
    tell(status, { text: lab.word("sharing.making"), values: { file: one.file } });
    try {
      save(one.file, await one.content());
      tell(status, { text: lab.word("sharing.taken"), values: { file: one.file } });
    } catch (error) {
      const text = /** @type {any} */ (error)?.text ?? lab.word("sharing.not-made");
      tell(status, { text, values: { file: one.file } });
      if (text === lab.word("sharing.not-made")) console.warn(error);
    }
  }
  return [make("ul", { class: "taking", label: lab.word("sharing.take") }, ...buttons), status];
}

const TAKE = "M5.8 1h2.4v4.5h3.3L7 10 2.5 5.500h3.3zM1 11h2v1h8v-1h2v3H1z";

/**
 * A dialog with a heading and a button to close it, in the middle of the page.
 * @param {Lab} lab
 * @param {string} name its class
 * @param {Text} title
 * @param {...(Node | null)} children
 */
export function dialog(lab, name, title, ...children) {
  document.querySelector(`dialog.${name}`)?.remove();
  const box = make("dialog", { class: name, label: title },
    make("header", {}, make("h2", { text: title }), make("button", { class: "quiet icon", label: lab.word("shell.close"), on: { click: () => box.close() } }, icon(ICONS.close))), ...children);
  box.addEventListener("close", () => box.remove());
  box.addEventListener("click", (event) => {
    if (event.target === box && outside(box, event)) box.close();
  });
  document.body.append(box);
  box.showModal();
  return box;
}

/** @param {HTMLElement} box @param {MouseEvent} event */
function outside(box, event) {
  const { left, right, top, bottom } = box.getBoundingClientRect();
  return event.clientX < left || event.clientX > right || event.clientY < top || event.clientY > bottom;
}

/** A file of the reader's, as text. @param {HTMLInputElement} input */
export async function chosenText(input) {
  const text = await input.files?.[0]?.text();
  input.value = ""; // the same file can be chosen again
  return text;
}

