// The forest: on one scale from 0 to 100 % of paired starts, in which share each claim held, with its interval.

import { spoken } from "../core/words.js";
import { wrapped } from "../draw/marks.js";
import { memory, SHAPES, verdictOf } from "./claims-memory.js";

/** @typedef {import("../draw/pen.js").Pen} Pen */
/** @typedef {import("./claims-memory.js").Share} Share */
/** @typedef {import("./claims-memory.js").Brief} Brief */
/** @typedef {import("../core/lab.js").Lab} Lab */

const EDGE = 9;

/**
 * One row of the forest over the whole paper, or over a part of it.
 * @param {Pen} pen
 * @param {Share | undefined} held nothing: an empty axis
 * @param {string} code
 * @param {{ left?: number, width?: number, y?: number }} [place]
 */
export function drawHeld(pen, held, code, { left = 0, width = pen.width, y = pen.height / 2 } = {}) {
  /** @param {number} share */
  const at = (share) => left + EDGE + share * (width - 2 * EDGE);
  pen.segments([at(0), y, at(1), y], { ink: "edge" });
  pen.segments([at(0), y - 5, at(0), y + 5, at(1), y - 5, at(1), y + 5], { ink: "grid-strong" });
  pen.segments([at(0.5), y - 12, at(0.5), y + 12], { ink: "edge" });
  if (!held) return;
  const ink = SHAPES[code]?.ink ?? "edge";
  pen.line([at(held.low), y, at(held.high), y], { ink, width: 5 });
  const x = at(held.share);
  if (code === "holds") pen.dots([x, y], 6, { ink });
  else if (code === "holds-if") pen.area([x, y - 8, x + 8, y, x, y + 8, x - 8, y], { ink });
  else pen.boxes([x - 5.5, y - 5.5, 11, 11], { ink });
}

/**
 * The numbers over the forest's axis.
 * @param {Pen} pen
 */
export function drawAxis(pen) {
  const at = (/** @type {number} */ share) => EDGE + share * (pen.width - 2 * EDGE);
  pen.write("0", at(0), pen.height / 2, { ink: "ink-2", size: 11, align: "center" });
  pen.write("50", at(0.5), pen.height / 2, { ink: "ink-2", size: 11, align: "center" });
  pen.write("100 %", Math.min(at(1) + 8, pen.width), pen.height / 2, { ink: "ink-2", size: 11, align: "right" });
}

/** How high the whole forest is. @param {Brief[]} list */
export const forestHeight = (list) => 40 + 40 * list.length;

/**
 * The whole forest on one paper, to take away.
 * @param {Pen} pen
 * @param {Brief[]} list
 * @param {Lab} lab
 * @param {import("../core/words.js").Language} language
 */
export function drawForest(pen, list, lab, language) {
  const left = 12;
  const axis = Math.round(pen.width * 0.56);
  pen.write(spoken(lab.word("claims.held-axis"), language), axis + EDGE, 14, { ink: "ink-2", size: 12 });
  list.forEach((brief, k) => {
    const y = 50 + 40 * k;
    const outcome = memory.results.get(brief.id);
    const code = verdictOf(outcome);
    wrapped(spoken(brief.claim, language), axis - left - 20, (w, s) => pen.measure(w, s), 12, 2).forEach((words, row, all) => pen.write(words, left, y - 7 * (all.length - 1) + 15 * row, { ink: "ink", size: 12 }));
    drawHeld(pen, outcome?.held, code, { left: axis, width: pen.width * 0.27, y });
    pen.write(spoken(lab.word(`claims.${code}`), language), axis + pen.width * 0.27 + 12, y, { ink: "ink", size: 12 });
  });
}
