// One way to draw whatever an experiment draws, to read it with a cursor, and to say it as a table or in a sentence.

import { spoken } from "../core/words.js";
import { chartHeight, chartReading, chartStop, drawChart, stops } from "./chart.js";
import { drawHeat, heatHeight, heatPlan } from "./heat.js";
import { drawRungs, ladderHeight, ladderReading, rungAt, rungsOf } from "./rungs.js";
import { drawMesh, meshHeight, meshPlan } from "./mesh.js";
import { cellAt, drawPlane, planeHeight, squares } from "./plane.js";
import { reading } from "./readings.js";

export { figureSays, figureTable } from "./readings.js";

/** @typedef {import("./pen.js").Pen} Pen */
/** @typedef {import("../core/words.js").Text} Text */
/** @typedef {import("../core/words.js").Language} Language */
/** @typedef {import("./chart-plan.js").Chart | import("./rungs.js").Ladder | import("./plane.js").Plane | import("./mesh.js").Mesh | import("./heat.js").Heat} Figure */

/**
 * @typedef {object} Options
 * @property {Language} language
 * @property {(key: string) => Text} word a sentence of the page's words
 * @property {number | null} [cursor] which of its `figureStops` is read
 * @property {number | null} [guess] the reader's factor per layer, drawn over a ladder
 */

/**
 * @param {Pen} pen
 * @param {Figure} figure
 * @param {Options} options
 */
export function drawFigure(pen, figure, options) {
  switch (figure.kind) {
    case "Chart": return drawChart(pen, figure, options);
    case "Ladder": return drawRungs(pen, figure, options);
    case "Plane": return drawPlane(pen, figure, options);
    case "Mesh": return drawMesh(pen, figure, options);
    default: return drawHeat(pen, figure, options);
  }
}

/**
 * How high a figure wants to be at a width, in pixels.
 * @param {Figure} figure
 * @param {number} width
 */
export function figureHeight(figure, width) {
  switch (figure.kind) {
    case "Chart": return chartHeight(figure, width);
    case "Ladder": return ladderHeight(figure, width);
    case "Plane": return planeHeight(figure, width);
    case "Mesh": return meshHeight(figure, width);
    default: return heatHeight(figure, width);
  }
}

/**
 * At how many places a figure can be read.
 * @param {Figure} figure
 */
export function figureStops(figure) {
  switch (figure.kind) {
    case "Chart": return stops(figure).length;
    case "Ladder": return rungsOf(figure);
    case "Plane": return figure.tiles.length;
    case "Mesh": return figure.rows.reduce((sum, [, panels]) => sum + panels.length, 0);
    default: return figure.values.data.length;
  }
}

/**
 * How far ↑ and ↓ move the cursor; 0 where they do nothing.
 * @param {Figure} figure
 */
export function figureStride(figure) {
  if (figure.kind === "Heat") return figure.values.shape[1] ?? 0;
  if (figure.kind === "Ladder") return 1;
  return figure.kind === "Mesh" ? (figure.rows[0]?.[1].length ?? 0) : 0;
}

/**
 * The stop at a place on the drawing; null beside all of them.
 * @param {Figure} figure
 * @param {number} x
 * @param {number} y
 * @param {Pen} pen
 * @param {Language} language
 * @returns {number | null}
 */
export function figureStopAt(figure, x, y, pen, language) {
  /** @param {string} words @param {number} size */
  const measure = (words, size) => pen.measure(words, size);
  switch (figure.kind) {
    case "Chart": return chartStop(figure, x, pen.width, pen.height, language, measure);
    case "Ladder": return rungAt(figure, y, pen.width, pen.height);
    case "Plane": return cellAt(x, y, squares(figure.tiles.length, pen.width).cells);
    case "Mesh": return cellAt(x, y, meshPlan(figure, pen.width).cells.flat());
    default: {
      const { rows, columns, left, top, wide, tall } = heatPlan(figure, pen.width, pen.height, language, measure);
      const [column, row] = [Math.floor((x - left) / wide), Math.floor((y - top) / tall)];
      return column < 0 || row < 0 || column >= columns || row >= rows ? null : row * columns + column;
    }
  }
}

/**
 * What stands at one stop, as words.
 * @param {Figure} figure
 * @param {number} cursor
 * @param {Options} options
 */
export function figureReading(figure, cursor, { language, word }) {
  if (figure.kind === "Chart") return chartReading(figure, cursor, language);
  if (figure.kind === "Ladder") return ladderReading(figure, cursor, language, word);
  return reading(figure, cursor, language, word);
}

/**
 * The title in one language, for files and for SVG.
 * @param {Figure} figure
 * @param {Language} language
 */
export const figureTitle = (figure, language) => spoken(figure.title, language);
