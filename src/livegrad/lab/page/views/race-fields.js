// Controls that fill a popover: slider, choices, number. They act when the reader lets go, not on the way.

import { make, tell } from "../core/dom.js";
import { plain } from "./race-state.js";

/** @typedef {import("../core/words.js").Text} Text */

let made = 0;

/**
 * @param {{ label: Text, control: string, value: number, min: number, max: number, step?: number, log?: boolean, shown?: (value: number) => string, act: (value: number) => void }} what
 *   `log`: even steps of the slider are even factors of the value
 */
export function slider({ label, control, value, min, max, step = 1, log = false, shown = plain, act }) {
  const to = (/** @type {number} */ v) => (log ? Math.log10(v) : v);
  const from = (/** @type {number} */ v) => (log ? Number((10 ** v).toPrecision(2)) : v);
  const output = make("output", {}, shown(value));
  const id = `race-field-${++made}`;
  const input = make("input", {
    set: { id, type: "range", min: to(min), max: to(max), step: log ? 0.02 : step, value: to(value), "data-control": `race.${control}`, "aria-valuetext": shown(value) },
    on: {
      input: () => {
        output.textContent = shown(from(Number(input.value)));
        input.setAttribute("aria-valuetext", output.textContent);
      },
      change: () => act(from(Number(input.value))),
    },
  });
  return make("div", { class: "slider" }, make("label", { text: label, set: { for: id } }), output, input);
}

/**
 * @template {string} Value
 * @param {{ label: Text, control: string, value: Value | null, choices: { value: Value, text: Text, about?: Text }[], act: (value: Value) => void }} what
 */
export function choices({ label, control, value, choices: all, act }) {
  const name = `race-field-${++made}`;
  return make("fieldset", { class: "choices" }, make("legend", { text: label }), ...all.map((one) => {
    const input = make("input", { set: { type: "radio", name, value: one.value, checked: one.value === value, "data-control": `race.${control}` }, on: { change: () => act(one.value) } });
    return make("label", { class: "check" }, input, make("span", {}, make("span", { text: one.text }), one.about && make("span", { class: "about", text: one.about })));
  }));
}

/**
 * @param {{ label: Text, control: string, value: number, min: number, max: number, step?: number | "any", act: (value: number) => void }} what
 */
export function number({ label, control, value, min, max, step = 1, act }) {
  const id = `race-field-${++made}`;
  const input = make("input", {
    set: { id, type: "number", min, max, step, value, "data-control": `race.${control}` },
    on: { change: () => { if (input.value !== "" && input.checkValidity()) act(Number(input.value)); else input.reportValidity(); } },
  });
  return make("div", { class: "number-field" }, make("label", { text: label, set: { for: id } }), input);
}

/**
 * @param {{ label: Text, control: string, value: string, choices: { value: string, text: Text }[], act: (value: string) => void }} what
 */
export function list({ label, control, value, choices: all, act }) {
  const id = `race-field-${++made}`;
  const select = make("select", { set: { id, "data-control": `race.${control}` }, on: { change: () => act(select.value) } },
    ...all.map((one) => make("option", { text: one.text, set: { value: one.value, selected: one.value === value } })));
  return make("div", { class: "number-field" }, make("label", { text: label, set: { for: id } }), select);
}

/**
 * A word of the set-up sentence that opens its controls.
 * @param {{ control: string, about: Text, open: (button: HTMLElement) => void }} what
 */
export function wordButton({ control, about, open }) {
  const button = make("button", { class: "word", label: about, set: { "data-control": `race.${control}`, "aria-haspopup": "dialog", "aria-expanded": "false" }, on: { click: () => open(button) } });
  return button;
}

/** What a word says now: its name for ears holds the value too. @param {HTMLElement} button @param {Text} about @param {Text} value */
export function tellWord(button, about, value) {
  tell(button, { text: value, label: { en: `${about.en}: ${value.en}`, ko: `${about.ko}: ${value.ko}` } });
}

