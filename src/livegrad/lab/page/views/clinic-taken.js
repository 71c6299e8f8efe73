// What can be taken away from the clinic: numbers, and both drawings with what they show printed below.

import { say, speaking } from "../core/dom.js";
import { spoken } from "../core/words.js";
import { SvgPen } from "../draw/svg.js";
import { flattened, marked, value } from "./clinic-case.js";
import { drawCursor, drawHistory, historyHeight } from "./clinic-history.js";
import { drawLadder, ladderHeight } from "./clinic-ladder.js";

/** @typedef {import("./clinic-case.js").Case} Case */
/** @typedef {import("./clinic-case.js").Recording} Recording */

/** @param {Case} one */
export function csv(one) {
  const columns = /** @type {const} */ (["relative", "relative_weight", "update", "moved", "slope", "saturated", "asleep"]);
  const lines = [["step", "layer", "name", "log10_gradient_over_last", "log10_weight_gradient_over_last", ...columns.slice(2)].join(",")];
  one.sampled.data.forEach((step, at) => one.layers.forEach((layer, k) => {
    lines.push([step, k + 1, `"${layer.name.replaceAll('"', '""')}"`, ...columns.map((name) => Number(value(one[name], k, at).toPrecision(7)))].join(","));
  }));
  return `${lines.join("\n")}\n`;
}

/**
 * @param {import("../core/lab.js").Lab} lab
 * @param {Recording | null} recording
 * @param {number} at
 * @param {import("./clinic-state.js").Shown} shown
 * @returns {import("../core/lab.js").Taken[]}
 */
export function taken(lab, recording, at, shown) {
  if (!recording) return [];
  const one = recording.case;
  const now = { one, at, shown, marked: marked(flattened(one.findings)[shown.finding]?.finding, one.layers) };
  const step = one.sampled.data[at] ?? 0;
  const set = `${recording.script} · ${recording.name} · ${say(lab.word(`clinic.${shown.gradient === "w" ? "weight-gradient" : "gradient"}`))}`;
  const title = spoken(lab.word("clinic.ladder"), speaking(), { step });
  return [
    { name: lab.word("clinic.take-csv"), file: "livegrad-clinic.csv", content: () => csv(one) },
    {
      name: lab.word("clinic.take-ladder"), file: "livegrad-clinic-ladder.svg",
      content: () => {
        const pen = new SvgPen(760, ladderHeight(one.layers.length));
        drawLadder(pen, now);
        return pen.text(title, `${title} · ${set}`);
      },
    },
    {
      name: lab.word("clinic.take-history"), file: "livegrad-clinic-history.svg",
      content: () => {
        const pen = new SvgPen(860, historyHeight(one.layers.length));
        const loss = say(lab.word("clinic.loss"));
        drawHistory(pen, one, { marked: now.marked, loss, weights: shown.gradient === "w" });
        drawCursor(pen, one, { step, layer: shown.layer, loss });
        return pen.text(say(lab.word("clinic.history")), set);
      },
    },
  ];
}
