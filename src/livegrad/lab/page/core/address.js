// The whole state in the address: #/race?v=1&network.depth=6&lanes.0.activation=tanh. Knows no DOM.

/** @typedef {{ [key: string]: any }} State */

const VERSION = "1";

/**
 * @param {any} value
 * @param {string} at
 * @param {[string, string][]} found
 */
function flatten(value, at, found) {
  if (value === null || value === undefined) return;
  if (typeof value === "object") {
    for (const key of Object.keys(value)) flatten(value[key], at ? `${at}.${key}` : key, found);
  } else if (typeof value === "string") {
    found.push([at, /^(-?[\d.]|true$|false$|')/.test(value) ? `'${value}` : value]); // a word that looks like a number says so
  } else found.push([at, String(value)]);
}

/** @param {string} word */
function meant(word) {
  if (word.startsWith("'")) return word.slice(1);
  if (word === "true" || word === "false") return word === "true";
  return /^-?(\d|\.\d)/.test(word) && Number.isFinite(Number(word)) ? Number(word) : word;
}

/**
 * @param {string} view
 * @param {State} state
 */
export function written(view, state) {
  /** @type {[string, string][]} */
  const found = [["v", VERSION]];
  flatten(state, "", found);
  const query = found.map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`).join("&");
  return `#/${view}${found.length > 1 ? `?${query.replaceAll("%2C", ",").replaceAll("%2F", "/")}` : ""}`;
}

/**
 * @param {string} hash
 * @returns {{ view: string, state: State } | null} null where it is no address of this page
 */
export function read(hash) {
  const match = /^#\/([\w-]*)(?:\?(.*))?$/.exec(hash);
  if (!match) return null;
  /** @type {State} */
  const state = {};
  for (const [key, value] of new URLSearchParams(match[2] ?? "")) {
    if (key !== "v") put(state, key.split("."), meant(value));
  }
  return { view: match[1] ?? "", state: listed(state) };
}

/**
 * @param {State} state
 * @param {string[]} path
 * @param {any} value
 */
function put(state, path, value) {
  const [first = "", ...rest] = path;
  if (["__proto__", "constructor", "prototype"].includes(first)) return;
  if (!rest.length) state[first] = value;
  else {
    if (typeof state[first] !== "object") state[first] = {};
    put(state[first], rest, value);
  }
}

/**
 * Objects whose keys are 0, 1, 2 … are lists.
 * @param {any} value
 * @returns {any}
 */
function listed(value) {
  if (typeof value !== "object") return value;
  const keys = Object.keys(value);
  for (const key of keys) value[key] = listed(value[key]);
  const list = keys.length > 0 && keys.every((key) => /^\d+$/.test(key) && Number(key) < 10_000);
  return list ? keys.sort((a, b) => Number(a) - Number(b)).map((key) => value[key]) : value;
}
