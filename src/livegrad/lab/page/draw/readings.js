// What a figure says without eyes: a table, a sentence, and what stands under the cursor. Pure.

import { same, spoken } from "../core/words.js";

import { nearest, stops } from "./chart.js";
import { names } from "./heat.js";
import { amount } from "./ladder.js";
import { answered } from "./plane.js";
import { number, percent } from "./scale.js";

/** @typedef {import("../core/words.js").Text} Text */
/** @typedef {import("../core/words.js").Language} Language */
/** @typedef {import("./figure.js").Figure} Figure */
/** @typedef {(key: string) => Text} Word */
/** @typedef {{ caption: Text, columns: Text[], rows: (string | Text)[][] }} Table */

/**
 * Two languages from one way of saying.
 * @param {(language: Language) => string} says
 * @returns {Text}
 */
const both = (says) => ({ en: says("en"), ko: says("ko") });

/**
 * A figure as a table, its words in both languages.
 * @param {Figure} figure
 * @param {Word} word
 * @returns {Table}
 */
export function figureTable(figure, word) {
  const caption = both((language) => `${spoken(figure.title, language)} — ${spoken(figure.note, language)}`);
  switch (figure.kind) {
    case "Chart": return { caption, ...chartRows(figure, word) };
    case "Ladder": return { caption, ...ladderRows(figure, word) };
    case "Plane": return { caption, ...planeRows(figure, word) };
    case "Mesh": {
      const rows = figure.rows.flatMap(([name, panels]) => panels.map((panel) => [name, panel.name, panel.caption]));
      return { caption, columns: [word("claims.figure-network"), word("claims.figure-layer"), word("claims.figure-caption")], rows };
    }
    default: {
      const [rows = 0, columns = 0] = figure.values.shape;
      const corner = both((language) => `${spoken(figure.y.name, language)} \\ ${spoken(figure.x.name, language)}`);
      const across = Array.from({ length: columns }, (_, k) => figure.x.labels[k] ?? same(k + 1));
      return {
        caption, columns: [corner, ...across],
        rows: Array.from({ length: rows }, (_, r) => [figure.y.labels[r] ?? same(r + 1), ...Array.from(figure.values.data.subarray(r * columns, (r + 1) * columns), (value) => number(value))]),
      };
    }
  }
}

/**
 * @param {import("./chart-plan.js").Chart} chart
 * @param {Word} word
 */
function chartRows(chart, word) {
  const places = [...new Set(chart.series.flatMap((one) => Array.from(one.x.data)))].sort((a, b) => a - b);
  const columns = [chart.x.name, ...chart.series.flatMap((one) => (one.low && one.high ? [one.name, both((language) => spoken(word("claims.figure-interval-of"), language, { name: one.name }))] : [one.name]))];
  const rows = places.map((x) => [chart.x.labels[x] ?? number(x, 4), ...chart.series.flatMap((one) => {
    const n = Array.from(one.x.data).indexOf(x);
    const value = n < 0 ? "" : number(one.y.data[n] ?? NaN);
    if (!one.low || !one.high) return [value];
    return [value, n < 0 ? "" : `${number(one.low.data[n] ?? NaN)} – ${number(one.high.data[n] ?? NaN)}`];
  })]);
  const levels = chart.levels.map((level) => [both((language) => `${spoken(word("claims.figure-level"), language)}: ${spoken(level.name, language)}, ${spoken((level.along === "x" ? chart.y : chart.x).name, language)} = ${number(level.at, 4)}`), ...columns.slice(1).map(() => "")]);
  return { columns, rows: [...rows, ...levels] };
}

/**
 * @param {import("./rungs.js").Ladder} figure
 * @param {Word} word
 */
function ladderRows(figure, word) {
  const layers = Math.max(0, ...figure.lanes.map((one) => one.measured.data.length));
  /** @param {import("./rungs.js").Bars} lane @param {string} name */
  const head = (lane, name) => both((language) => `${spoken(lane.name, language)}: ${spoken(word(`claims.figure-${name}`), language)}`);
  const columns = [word("claims.figure-layer"), ...figure.lanes.flatMap((one) => [head(one, "measured"), ...(one.theory ? [head(one, "theory-only")] : [])])];
  const rows = Array.from({ length: layers }, (_, k) => [String(k + 1), ...figure.lanes.flatMap((one) => [amount(one.measured.data[k] ?? NaN), ...(one.theory ? [amount(one.theory.data[k] ?? NaN)] : [])])]);
  return { columns, rows };
}

/**
 * @param {import("./plane.js").Plane} plane
 * @param {Word} word
 */
function planeRows(plane, word) {
  const many = plane.classes > 2;
  const shares = many ? Array.from({ length: plane.classes }, (_, n) => both((language) => spoken(word("claims.figure-class-share"), language, { n }))) : [word("claims.figure-answer-high")];
  const columns = [word("claims.figure-picture"), word("claims.figure-caption"), ...shares, word("claims.figure-points")];
  const rows = plane.tiles.map((tile) => {
    const found = answered(tile, plane.classes);
    return [tile.name, tile.caption, ...(many ? found : found.slice(1, 2)).map(percent), String(tile.labels.data.length)];
  });
  return { columns, rows };
}

/**
 * What stands under the cursor of a plane, a mesh or a map of numbers.
 * @param {import("./plane.js").Plane | import("./mesh.js").Mesh | import("./heat.js").Heat} figure
 * @param {number} cursor
 * @param {Language} language
 * @param {Word} word
 */
export function reading(figure, cursor, language, word) {
  if (figure.kind === "Plane") {
    const tile = figure.tiles[cursor];
    return tile ? `${spoken(tile.name, language)}: ${spoken(tile.caption, language)}` : "";
  }
  if (figure.kind === "Mesh") {
    const [name, panel] = figure.rows.flatMap(([row, panels]) => panels.map((one) => /** @type {const} */ ([row, one])))[cursor] ?? [];
    return name && panel ? `${spoken(name, language)}, ${spoken(panel.name, language)}: ${spoken(panel.caption, language)}` : "";
  }
  const [rows = 0, columns = 0] = figure.values.shape;
  const value = figure.values.data[cursor];
  if (value === undefined) return "";
  const says = Number.isNaN(value) ? spoken(word("claims.figure-not-measured"), language) : number(value);
  const down = names(figure.y, rows, language)[Math.floor(cursor / columns)];
  const across = names(figure.x, columns, language)[cursor % columns];
  return `${spoken(figure.y.name, language)} ${down}, ${spoken(figure.x.name, language)} ${across}: ${spoken(figure.name, language)} ${says}`;
}

/**
 * What a figure shows, in one or two sentences.
 * @param {Figure} figure
 * @param {Word} word
 * @returns {Text}
 */
export function figureSays(figure, word) {
  return both((language) => {
    const series = parts(figure, language, word).join(" ");
    return spoken(word(`claims.figure-says-${figure.kind.toLowerCase()}`), language, { title: spoken(figure.title, language), note: spoken(figure.note, language), series });
  });
}

/**
 * @param {Figure} figure
 * @param {Language} language
 * @param {Word} word
 * @returns {string[]}
 */
function parts(figure, language, word) {
  /** @param {Text} name @param {string} first @param {string} last */
  const ends = (name, first, last) => spoken(word("claims.figure-ends"), language, { name, first, last });
  if (figure.kind === "Chart") {
    return figure.series.slice(0, 6).map((one) => {
      const fine = stops(figure).map((x) => nearest(one, x)).filter((n) => n >= 0);
      return ends(one.name, number(one.y.data[fine[0] ?? 0] ?? NaN), number(one.y.data[fine[fine.length - 1] ?? 0] ?? NaN));
    });
  }
  if (figure.kind === "Ladder") return figure.lanes.map((one) => ends(one.name, amount(one.measured.data[0] ?? NaN), amount(one.measured.data[one.measured.data.length - 1] ?? NaN)));
  if (figure.kind === "Plane") return figure.tiles.map((one) => `${spoken(one.name, language)}: ${spoken(one.caption, language)}.`);
  if (figure.kind === "Mesh") return figure.rows.map(([name]) => `${spoken(name, language)}.`);
  return [`${spoken(figure.name, language)}, ${number(figure.low)} – ${number(figure.high)}.`];
}
