// Controls that views of this folder share: a slider with a field, a row of choices, a list to choose from.

import { make, tell } from "../core/dom.js";
import { number } from "../draw/scale.js";

/** @typedef {import("../core/words.js").Text} Text */

/**
 * @typedef {object} Slider
 * @property {string} control its name for lessons, such as functions.depth
 * @property {Text} name
 * @property {number} low
 * @property {number} high
 * @property {number} value
 * @property {number} [step] else a two-hundredth of the way
 * @property {boolean} [log] moves by factors
 * @property {boolean} [wide] the field takes numbers beyond the slider
 * @property {Text} [note] one line under it
 * @property {(value: number) => void} act
 *
 * @typedef {HTMLElement & { put: (value: number) => void, field: HTMLInputElement }} Sliding
 */

let counted = 0;
/** Another id for an element. */
export const fresh = (/** @type {string} */ of) => `${of}-${++counted}`;

/** @param {number} value */
const short = (value) => String(Number(value.toPrecision(4)));

/**
 * A slider and a field that say the same number; `put` sets both without acting.
 * @param {Slider} how
 * @returns {Sliding}
 */
export function slider(how) {
  const { low, high, log = false, act } = how;
  const step = how.step ?? (log ? undefined : Number(((high - low) / 200).toPrecision(1)));
  const forth = log ? Math.log10 : (/** @type {number} */ v) => v;
  const back = log ? (/** @type {number} */ v) => Number((10 ** v).toPrecision(3)) : (/** @type {number} */ v) => v;
  const id = fresh("slider");
  const range = make("input", { label: how.name, set: { type: "range", min: forth(low), max: forth(high), step: log ? (forth(high) - forth(low)) / 100 : step, "data-control": how.control } });
  const field = make("input", { class: "exact", label: how.name, set: { id, type: "number", step: "any", "data-control": `${how.control}-number` } });
  if (!how.wide) for (const [name, value] of [["min", low], ["max", high]]) field.setAttribute(String(name), String(value));
  const put = (/** @type {number} */ value) => {
    range.value = String(forth(value));
    range.setAttribute("aria-valuetext", number(value, 4));
    if (document.activeElement !== field || Number(field.value) !== value) field.value = short(value);
  };
  range.addEventListener("input", () => {
    const value = back(Number(range.value));
    put(value);
    act(value);
  });
  field.addEventListener("change", () => {
    const given = field.value.trim() === "" ? NaN : Number(field.value);
    const value = Number.isFinite(given) ? (how.wide ? given : Math.min(high, Math.max(low, how.step === 1 ? Math.round(given) : given))) : back(Number(range.value));
    put(value);
    field.value = short(value);
    act(value);
  });
  put(how.value);
  const label = make("label", { text: how.name, set: { for: id } });
  const box = make("div", { class: "slide" }, label, field, range, how.note ? make("p", { class: "tiny", text: how.note }) : null);
  return Object.assign(box, { put, field });
}

/**
 * A row of radio buttons that looks like one bar; `put` marks a choice without acting.
 * @param {{ control: string, name: Text, choices: [string, Text][], value: string, act: (value: string) => void }} how
 */
export function choices(how) {
  const buttons = how.choices.map(([id, text]) => make("button", { text, set: { role: "radio", "data-choice": id, "data-control": how.control }, on: { click: () => chosen(id) } }));
  const put = (/** @type {string} */ value) => buttons.forEach((button) => {
    const on = button.dataset.choice === value;
    button.setAttribute("aria-checked", String(on));
    button.tabIndex = on ? 0 : -1;
  });
  const chosen = (/** @type {string} */ id) => {
    put(id);
    how.act(id);
  };
  const box = make("div", { class: "group", label: how.name, set: { role: "radiogroup" } }, ...buttons);
  box.addEventListener("keydown", (event) => roving(event, buttons, (button) => chosen(button.dataset.choice ?? "")));
  put(how.value);
  if (!buttons.some((button) => button.tabIndex === 0) && buttons[0]) buttons[0].tabIndex = 0;
  return Object.assign(box, { put });
}

/**
 * Arrow keys, Home and End among elements of which one can be reached by Tab.
 * @param {KeyboardEvent} event
 * @param {HTMLElement[]} all
 * @param {(element: any) => void} [act]
 */
export function roving(event, all, act) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const shown = all.filter((one) => one.offsetParent);
  const at = shown.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const moves = /** @type {Record<string, number>} */ ({ ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: shown.length - 1 });
  const next = moves[event.key];
  if (next === undefined || at < 0 || !shown.length) return;
  event.preventDefault();
  const to = shown[(next + shown.length) % shown.length];
  all.forEach((one) => { one.tabIndex = one === to ? 0 : -1; });
  to?.focus();
  if (to) act?.(to);
}

/**
 * A list to choose from, with its name before it.
 * @param {{ control: string, name: Text, choices: [string, Text][], value: string, act: (value: string) => void }} how
 */
export function selecting(how) {
  const id = fresh("select");
  const select = make("select", { set: { id, "data-control": how.control }, on: { change: () => how.act(select.value) } }, ...how.choices.map(([value, text]) => make("option", { text, set: { value } })));
  select.value = how.value;
  const box = make("div", { class: "pick" }, make("label", { text: how.name, set: { for: id } }), select);
  return Object.assign(box, { put: (/** @type {string} */ value) => { select.value = value; } });
}

/**
 * One number with its name and a sentence that says what it is.
 * @param {Text} name
 * @param {Text} note
 */
export function figure(name, note) {
  const shown = make("strong", { class: "number" });
  const box = make("div", { class: "told" }, make("dt", { text: name }), make("dd", {}, shown, make("p", { class: "tiny", text: note })));
  return Object.assign(box, { put: (/** @type {string} */ words) => { shown.textContent = words; }, note: (/** @type {Text} */ text, /** @type {Record<string, any>} */ values) => tell(/** @type {Element} */ (box.querySelector("p")), { text, values }) });
}

/**
 * A drawing that can be shown as a table: the button, and a place for either.
 * @param {import("../core/lab.js").Lab} lab
 * @param {{ control: string, height: string, name: Text, values?: Record<string, any>, table: () => HTMLElement, paint: () => void }} how
 */
export function drawing(lab, how) {
  const canvas = make("canvas", { label: how.name, set: { role: "img", style: `height:${how.height}` } });
  const place = make("div", { set: { hidden: true } });
  const button = make("button", { class: "quiet", text: lab.word("shell.as-table"), set: { "aria-pressed": "false", "data-control": how.control } });
  const fill = () => place.replaceChildren(how.table());
  button.addEventListener("click", () => {
    place.hidden = !place.hidden;
    canvas.hidden = !place.hidden;
    tell(button, { text: lab.word(place.hidden ? "shell.as-table" : "shell.drawing") });
    if (place.hidden) how.paint();
    else fill();
  });
  return {
    canvas, button, place,
    /** Fill the table again where it is shown; else draw. */
    renew: () => (place.hidden ? how.paint() : fill()),
    get tabled() { return !place.hidden; },
    /** @param {Record<string, any>} values */
    say: (values) => tell(canvas, { label: how.name, values }),
  };
}
