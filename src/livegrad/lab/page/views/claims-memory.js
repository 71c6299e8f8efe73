// What the page remembers of claims while it lives: results, guesses, and how results are put into words.

import { number, percent, scientific } from "../draw/scale.js";

/** @typedef {import("../core/words.js").Text} Text */
/** @typedef {import("../core/words.js").Values} Values */
/** @typedef {import("../core/lab.js").Lab} Lab */
/** @typedef {import("../draw/figure.js").Figure} Figure */

/**
 * The records of livegrad/lab/experiment.py, as they arrive.
 * @typedef {{ id: string, claim: Text, sources: string, said_in: Text, topic: string, seconds: number }} Brief
 * @typedef {{ id: string, name: Text }} Choice
 * @typedef {{ id: string, name: Text, usual: number | string, low: number | null, high: number | null, whole: boolean, log: boolean, choices: Choice[] }} Control
 * @typedef {{ id: string, name: Text, factor: number | null }} Answer
 * @typedef {Brief & { question: Text, answers: Answer[], controls: Control[], about: Text, after: string[] }} Claim
 * @typedef {"holds" | "holds-if" | "does-not-hold"} Code
 * @typedef {{ share: number, low: number, high: number, count: number, of: number }} Share
 * @typedef {"plain" | "factor" | "share" | "count" | "power" | "seconds"} Form
 * @typedef {{ id: string, name: Text, value: number, low: number | null, high: number | null, n: number, form: Form, explanation: Text }} Measure
 * @typedef {{ verdict: { code: Code, text: Text, condition: Text }, right: string, seconds: number,
 *   facts: { numbers: Measure[], figures: Figure[], settings: Record<string, number | string>, seed: number } }} Proved
 * @typedef {{ id: string, seed: number, code?: Code, text?: Text, held?: Share, right?: string, seconds?: number, number?: Measure | null, error?: Text }} Outcome
 */

/** @type {Map<string, Outcome>} */
const results = new Map();
/** @type {Map<string, string>} */
const guesses = new Map();
/** @type {Map<string, Claim>} */
const claims = new Map();
/** What the last run of a claim told, and of which set-up. @type {Map<string, { setup: string, heard: any }>} */
const shown = new Map();
let turns = 0;

/** @type {Promise<Brief[]> | undefined} */
let listed;

export const memory = { results, guesses, claims, shown };

/** A number that grows: the newest wish has the greatest. */
export const nextTurn = () => ++turns;

/** The answer of those who do not know. */
export const UNSURE = "unsure";

/**
 * All claims in few words; asked for once.
 * @param {Lab} lab
 */
export function briefs(lab) {
  listed ??= lab.line.ask("claims.start").catch((error) => {
    listed = undefined;
    throw error;
  });
  return listed;
}

/**
 * One claim with its question and its controls.
 * @param {Lab} lab
 * @param {string} id
 * @returns {Promise<Claim>}
 */
export async function claimOf(lab, id) {
  const known = claims.get(id);
  if (known) return known;
  const found = await lab.line.ask("claims.open", { id });
  claims.set(id, found);
  return found;
}

/** @param {Outcome} outcome */
export const keep = (outcome) => void results.set(outcome.id, outcome);

/** @param {Outcome | undefined} outcome @returns {string} */
export const verdictOf = (outcome) => outcome?.code ?? "not-run";

/**
 * Whether a guess was right; null where there was none, or nothing was measured.
 * @param {string} id
 */
export function guessedRight(id) {
  const [guess, outcome] = [guesses.get(id), results.get(id)];
  return guess && guess !== UNSURE && outcome?.right !== undefined ? guess === outcome.right : null;
}

/** How many guesses were right, and of how many. */
export function score() {
  const found = [...results.keys()].map(guessedRight).filter((one) => one !== null);
  return { right: found.filter(Boolean).length, of: found.length };
}

/**
 * How a number of a verdict is written.
 * @param {number} value
 * @param {Form} form
 */
export function written(value, form) {
  if (form === "factor") return Number.isFinite(value) ? `×${number(value)}` : number(value);
  if (form === "share") return percent(value);
  if (form === "count") return number(Math.abs(value - Math.round(value)) < 1e-9 ? Math.round(value) : value, 4);
  if (form === "power") return scientific(value);
  return form === "seconds" ? `${number(value)} s` : number(value);
}

/**
 * A length of time in words.
 * @param {(key: string) => Text} word
 * @param {number} seconds
 * @returns {Text}
 */
export function time(word, seconds) {
  const minutes = seconds >= 90;
  const text = word(minutes ? "claims.time-minutes" : "claims.time-seconds");
  const count = minutes ? String(Math.round(seconds / 60)) : seconds < 10 ? number(seconds, 2) : String(Math.round(seconds));
  return { en: text.en.replace("{count}", count), ko: text.ko.replace("{count}", count) };
}

/** The shape of each verdict, beside its colour and its word. @type {Record<string, { badge: string, ink: string, path: string }>} */
export const SHAPES = {
  holds: { badge: "badge ok", ink: "alive", path: "M7 2a5 5 0 100 10A5 5 0 007 2z" },
  "holds-if": { badge: "badge mid", ink: "saturated", path: "M7 1l6 6-6 6-6-6z" },
  "does-not-hold": { badge: "badge bad", ink: "alert", path: "M2.500 2.500h9v9h-9z" },
  "not-run": { badge: "badge", ink: "edge", path: "M7 2a5 5 0 100 10A5 5 0 007 2zm0 1.500a3.500 3.500 0 110 7 3.500 3.500 0 010-7z" },
};
