// What can be taken away from the hidden space: numbers, the strip as SVG with its set-up, the large picture as PNG.

import { say, speaking } from "../core/dom.js";
import { spoken } from "../core/words.js";
import { SvgPen } from "../draw/svg.js";
import { drawStrip, stripPlan } from "./space-draw.js";
import { stages } from "./space-way.js";

/** @typedef {import("./space-way.js").Row} Row */
/** @typedef {import("./space-state.js").Shown} Shown */

/** As many digits as float32 has. @param {number | undefined} value */
const short = (value = NaN) => Number(value.toPrecision(7));

/** @param {Row[]} rows */
export function csv(rows) {
  const lines = ["function,moment,half_layer,best_cut_share,turning_degrees"];
  for (const row of rows) {
    for (const moment of /** @type {const} */ (["before", "after"])) {
      const passage = row[moment];
      for (let stage = 0; stage < stages(passage); stage += 1) {
        lines.push([`"${row.name.replaceAll('"', '""')}"`, moment, stage, short(passage.shares.data[stage]), short(passage.turned.data[stage])].join(","));
      }
    }
  }
  return `${lines.join("\n")}\n`;
}

/**
 * @param {import("../core/lab.js").Lab} lab
 * @param {{ row: Row | null, classes: number[], stage: HTMLCanvasElement }[]} cards
 * @param {Shown} shown
 * @returns {import("../core/lab.js").Taken[]}
 */
export function taken(lab, cards, shown) {
  const found = cards.filter((card) => card.row);
  if (!found.length) return [];
  const rows = found.map(({ row }) => /** @type {Row} */ (row));
  const name = (/** @type {string} */ key, /** @type {string} */ of) => {
    const text = lab.word(`space.${key}`);
    return { en: spoken(text, "en", { name: of }), ko: spoken(text, "ko", { name: of }) };
  };
  return [
    { name: lab.word("space.take-csv"), file: "livegrad-space.csv", content: () => csv(rows) },
    ...found.flatMap((card, k) => {
      const row = /** @type {Row} */ (rows[k]);
      return [
        { name: name("take-svg", row.name), file: `livegrad-space-${k + 1}.svg`, content: () => strip(lab, row, card.classes, shown) },
        { name: name("take-png", row.name), file: `livegrad-space-${k + 1}.png`, content: () => new Promise((/** @type {(blob: Blob) => void} */ done) => card.stage.toBlob((blob) => done(blob ?? new Blob()))) },
      ];
    }),
  ];
}

/**
 * @param {import("../core/lab.js").Lab} lab
 * @param {Row} row
 * @param {number[]} classes
 * @param {Shown} shown
 */
function strip(lab, row, classes, shown) {
  const count = (stages(row.after) + 1) / 2;
  const pen = new SvgPen(960, stripPlan(count, 960).height);
  drawStrip(pen, row[shown.moment], {
    at: shown.at, classes, yaw: shown.yaw,
    name: (layer, short) => (layer ? say(lab.word(`space.${short ? "layer-short" : "layer"}`), { layer }) : say(lab.word("space.points"))),
  });
  const set = spoken(lab.word("space.printed"), speaking(), { ...shown, functions: "", task: lab.word(`space.${shown.task}`) });
  return pen.text(row.name, `${row.name} · ${say(lab.word(`space.${shown.moment}`))} · ${set}`);
}
