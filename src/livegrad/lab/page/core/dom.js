// Elements that speak: what they say is looked up again when the language changes, without losing anything else.

import { spoken } from "./words.js";

/** @typedef {import("./words.js").Text} Text */
/** @typedef {import("./words.js").Values} Values */
/** @typedef {import("./words.js").Language} Language */

/**
 * @typedef {object} Properties
 * @property {Text} [text] what it says
 * @property {Values} [values] for the placeholders of `text`
 * @property {Text} [label] its accessible name
 * @property {Text} [title] its tooltip
 * @property {string} [class]
 * @property {Record<string, (event: any) => void>} [on]
 * @property {Record<string, string | number | boolean | null | undefined>} [set] attributes; false and null leave them out
 */

/** @type {WeakMap<Element, { text?: Text, values?: Values, label?: Text, title?: Text }>} */
const said = new WeakMap();
/** @type {Language} */
let language = "en";

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Properties} [properties]
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  if (properties.class) element.className = properties.class;
  if (tag === "button") element.setAttribute("type", "button");
  for (const [name, value] of Object.entries(properties.set ?? {})) {
    if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const [name, act] of Object.entries(properties.on ?? {})) element.addEventListener(name, act);
  const { text, values, label, title } = properties;
  if (text || label || title) tell(element, { text, values, label, title });
  for (const child of children) if (child) element.append(child);
  return element;
}

/**
 * Change what an element says.
 * @param {Element} element
 * @param {{ text?: Text | undefined, values?: Values | undefined, label?: Text | undefined, title?: Text | undefined }} what
 */
export function tell(element, what) {
  const all = { ...said.get(element) };
  for (const [key, value] of Object.entries(what)) if (value !== undefined) Object.assign(all, { [key]: value });
  said.set(element, all);
  element.setAttribute("data-says", "");
  utter(element);
}

/** @param {Element} element */
function utter(element) {
  const what = said.get(element);
  if (!what) return;
  if (what.text) {
    const words = spoken(what.text, language, what.values);
    if (element.textContent !== words) element.textContent = words;
  }
  if (what.label) element.setAttribute("aria-label", spoken(what.label, language, what.values));
  if (what.title) element.setAttribute("title", spoken(what.title, language, what.values));
}

/**
 * Let the whole page speak a language.
 * @param {Language} wanted
 */
export function speak(wanted) {
  language = wanted;
  document.documentElement.lang = wanted;
  document.querySelectorAll("[data-says]").forEach(utter);
}

/** The language that the page speaks now. */
export const speaking = () => language;

/**
 * One sentence in the language of the page.
 * @param {Text} text
 * @param {Values} [values]
 */
export const say = (text, values) => spoken(text, language, values);

const SVG = "http://www.w3.org/2000/svg";

/**
 * A small drawing in the colour of the text around it.
 * @param {string} path
 */
export const icon = (path) => drawing([["", path]]);

/**
 * Several paths, each with the class that gives it its colour.
 * @param {[string, string][]} paths
 */
export function drawing(paths) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 14 14");
  svg.setAttribute("class", "i");
  svg.setAttribute("aria-hidden", "true");
  for (const [name, path] of paths) {
    const drawn = document.createElementNS(SVG, "path");
    drawn.setAttribute("d", path);
    if (name) drawn.setAttribute("class", name);
    svg.append(drawn);
  }
  return svg;
}

export const ICONS = {
  run: "M2 1l11 6-11 6z",
  pause: "M2 1h4v12H2zM8 1h4v12H8z",
  plus: "M6 1h2v5h5v2H8v5H6V8H1V6h5z",
  minus: "M1 6h12v2H1z",
  close: "M2.4 1L7 5.6 11.6 1 13 2.4 8.4 7 13 11.6 11.6 13 7 8.4 2.4 13 1 11.6 5.6 7 1 2.4z",
  share: "M7 0l4.5 4.5H8.2V9H5.8V4.5H2.5zM1 8h2v4h8V8h2v6H1z",
  table: "M1 1h12v12H1zM2.5 5v2h4V5zm5.5 0v2h3.5V5zM2.5 8.5v3h4v-3zm5.5 0v3h3.5v-3z",
  half: "M7 0a7 7 0 100 14A7 7 0 007 0zm0 1.6v10.8A5.4 5.4 0 017 1.600z",
};
