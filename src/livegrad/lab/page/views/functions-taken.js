// What can be taken away from the functions view: the numbers, and the picture with its set-up printed below.

import { SvgPen } from "../draw/svg.js";
import { picture } from "./functions-curve.js";

/**
 * @param {import("../core/lab.js").Lab} lab
 * @param {any} card
 * @param {{ curves: any, bars: any }} last
 * @param {import("./functions-state.js").Shown} shown
 * @param {(text: import("../core/words.js").Text) => string} say
 * @returns {import("../core/lab.js").Taken[]}
 */
export function taken(lab, card, last, shown, say) {
  if (!card || card.vector || !last.curves) return [];
  const file = card.own ? "own" : card.id;
  return [
    { name: lab.word("functions.take-curve"), file: `livegrad-${file}.csv`, content: () => curveCsv(last.curves) },
    ...(last.bars ? [{ name: lab.word("functions.take-bars"), file: `livegrad-${file}-histogram.csv`, content: () => barsCsv(last.bars) }] : []),
    {
      name: lab.word("functions.take-picture"), file: `livegrad-${file}.svg`,
      content: () => {
        const pen = new SvgPen(820, 460);
        picture(pen, { ...last, reach: shown.reach, second: shown.second, x: shown.x });
        return pen.text(card.name, [card.written, last.bars ? say(last.bars.note) : ""].filter(Boolean).join(" · "));
      },
    },
  ];
}

/** @param {any} curves */
export function curveCsv({ x, f, df, ddf }) {
  const lines = Array.from(x.data, (_, k) => [x, f, df, ddf].map((ys) => ys.data[k]).join(","));
  return `x,f,slope,second_slope\n${lines.join("\n")}\n`;
}

/** @param {any} bars */
export function barsCsv({ edges, shares, slopes }) {
  const lines = Array.from(shares.data, (_, k) => [edges.data[k], edges.data[k + 1], shares.data[k], slopes.data[k]].join(","));
  return `from,to,share,mean_abs_slope\n${lines.join("\n")}\n`;
}
