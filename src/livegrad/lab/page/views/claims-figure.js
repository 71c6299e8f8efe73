// One figure on the page: the drawing with its cursor, the table, and what can be taken away.

import { ICONS, icon, make, say, speaking, tell } from "../core/dom.js";
import { table } from "../core/table.js";
import { drawFigure, figureHeight, figureReading, figureSays, figureStopAt, figureStops, figureStride, figureTable, figureTitle } from "../draw/figure.js";
import { penOn } from "../draw/pen.js";
import { part } from "../draw/rungs.js";
import { SvgPen } from "../draw/svg.js";
import { csv, hand } from "./claims-take.js";

/** @typedef {import("../core/lab.js").Lab} Lab */
/** @typedef {import("../draw/figure.js").Figure} Figure */
/** @typedef {import("./claims-memory.js").Claim} Claim */

/**
 * @param {Lab} lab
 * @param {Claim} claim
 * @param {Figure} first
 * @param {number | null} factor the reader's guess
 * @param {() => string} setup the set-up in one line
 */
export function card(lab, claim, first, factor, setup) {
  const word = (/** @type {string} */ key) => lab.word(`claims.figure-${key}`);
  let figure = first;
  let guess = factor;
  /** @type {number | null} */
  let cursor = null;
  let asTable = false;
  /** @type {import("../draw/pen.js").Pen | undefined} */
  let pen;
  const title = make("h2", { text: figure.title });
  const note = make("p", { class: "small", text: figure.note });
  const canvas = make("canvas", { set: { role: "img", tabindex: 0 }, on: { keydown: keyed, pointermove: pointed, pointerdown: pointed, pointerleave: left } });
  const read = make("output", { class: "small at-cursor", set: { "aria-live": "polite" } });
  const tabular = make("div", { set: { hidden: true }, on: { keydown: (event) => { if (event.key.startsWith("Arrow")) event.stopPropagation(); } } });
  const toggler = make("button", { class: "quiet", set: { "aria-pressed": "false", "data-control": "claims.table" }, on: { click: toggle } }, icon(ICONS.table));
  const toggled = make("span", { text: word("table") });
  toggler.append(toggled);
  const buttons = make("div", { class: "controls tools" }, toggler, ...["SVG", "PNG", "CSV"].map((kind) =>
    make("button", { class: "quiet", label: word(`save-${kind.toLowerCase()}`), values: { title: figure.title }, set: { "data-control": `claims.save-${kind.toLowerCase()}` }, on: { click: () => void save(kind) } }, kind)));
  const element = make("figure", { class: "card figure", set: { "data-figure": figure.id } }, make("div", { class: "figure-head" }, make("div", {}, title, note), buttons), canvas, tabular, read);

  const options = () => ({ language: speaking(), word: lab.word, cursor, guess });

  function paint() {
    if (asTable || !canvas.isConnected || !canvas.clientWidth) return;
    canvas.style.height = `${figureHeight(figure, canvas.clientWidth)}px`;
    pen = penOn(canvas);
    drawFigure(pen, figure, options());
    read.classList.toggle("hint", cursor === null);
    read.setAttribute("aria-live", document.activeElement === canvas ? "polite" : "off"); // a mouse does not talk
    if (cursor === null) tell(read, { text: word("cursor-help") });
    else utter(figureReading(figure, cursor, options()));
  }

  /** @param {string} words in the language of the page; looked up again by paint() */
  function utter(words) {
    tell(read, { text: { en: words, ko: words } });
  }

  /** @param {number | null} wanted */
  function move(wanted) {
    const most = figureStops(figure) - 1;
    cursor = wanted === null || most < 0 ? null : Math.max(0, Math.min(most, wanted));
    paint();
  }

  /** @param {KeyboardEvent} event */
  function keyed(event) {
    const stride = figureStride(figure);
    const across = figure.kind === "Ladder" ? 0 : 1;
    const steps = /** @type {Record<string, number>} */ ({ ArrowLeft: -across, ArrowRight: across, ArrowUp: -stride, ArrowDown: stride, Home: -1e9, End: 1e9 });
    if (event.key === "Escape" && cursor !== null) return move(null);
    const found = event.key in steps ? (steps[event.key] ?? 0) : undefined;
    if (found === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const by = found === 0 && figure.kind === "Ladder" ? (event.key === "ArrowLeft" ? -1 : 1) : found;
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    move(cursor === null ? (by > 0 && Math.abs(by) < 1e9 ? 0 : by > 0 ? 1e9 : 0) : cursor + by);
  }

  /** @param {PointerEvent} event */
  function pointed(event) {
    if (!pen) return;
    const found = figureStopAt(figure, event.offsetX, event.offsetY, pen, speaking());
    if (found !== cursor && found !== null) move(found);
  }

  /** @param {PointerEvent} event */
  function left(event) {
    if (event.pointerType === "mouse" && document.activeElement !== canvas) move(null);
  }

  function toggle() {
    asTable = !asTable;
    toggler.setAttribute("aria-pressed", String(asTable));
    refresh();
    paint();
  }

  function refresh() {
    tell(title, { text: figure.title });
    tell(note, { text: figure.note });
    tell(canvas, { label: figureSays(figure, lab.word) });
    tell(toggler, { label: word(asTable ? "as-drawing" : "as-table"), values: { title: figure.title } });
    tell(toggled, { text: word(asTable ? "drawing" : "table") });
    canvas.hidden = asTable;
    read.hidden = asTable;
    tabular.hidden = !asTable;
    if (asTable) {
      const { caption, columns, rows } = figureTable(figure, lab.word);
      tabular.replaceChildren(table(caption, columns, rows));
    }
  }

  const file = () => `livegrad-${claim.id}-${figure.id}`;
  const [wide, head, edge] = [900, 40, 12];
  const high = () => figureHeight(figure, wide - 2 * edge) + head + edge;
  /** The drawing with its title over it. @param {import("../draw/pen.js").Pen} paper */
  function sheet(paper) {
    paper.write(figureTitle(figure, speaking()), edge, 20, { ink: "ink", size: 16, bold: true });
    drawFigure(part(paper, edge, head, wide - 2 * edge, high() - head - edge), figure, { ...options(), cursor: null });
  }

  function svg() {
    const paper = new SvgPen(wide, high());
    sheet(paper);
    return paper.text(figureTitle(figure, speaking()), setup());
  }

  /** @returns {Promise<Blob>} */
  async function png() {
    const hidden = make("canvas");
    hidden.style.cssText = `position:fixed;left:-9999px;width:${wide}px;height:${high() + 22}px`;
    document.body.append(hidden);
    try {
      const paper = penOn(hidden);
      paper.boxes([0, 0, paper.width, paper.height], { ink: "panel" });
      sheet(paper);
      paper.write(setup(), edge, paper.height - 12, { ink: "ink-2", size: 11 });
      return await new Promise((done, refused) => hidden.toBlob((blob) => (blob ? done(blob) : refused(new Error("no picture")))));
    } finally {
      hidden.remove();
    }
  }

  function numbers() {
    const { columns, rows } = figureTable(figure, lab.word);
    return csv([columns.map((one) => say(one)), ...rows.map((row) => row.map((one) => (typeof one === "string" ? one : say(one))))]);
  }

  /** @param {string} kind */
  async function save(kind) {
    try {
      if (kind === "SVG") hand(`${file()}.svg`, svg());
      else if (kind === "PNG") hand(`${file()}.png`, await png());
      else hand(`${file()}.csv`, numbers());
    } catch (error) {
      lab.complain(error);
    }
  }

  refresh();
  return {
    element, paint, toggle,
    /** @param {Figure} wanted */
    renew(wanted) {
      figure = wanted;
      if (cursor !== null) cursor = Math.min(cursor, figureStops(figure) - 1);
      refresh();
      paint();
    },
    /** @param {number | null} wanted */
    guess(wanted) {
      if (guess === wanted) return;
      guess = wanted;
      paint();
    },
    taken: () => {
      const named = (/** @type {string} */ kind) => {
        const text = word(`save-${kind}`);
        return { en: text.en.replace("{title}", figure.title.en), ko: text.ko.replace("{title}", figure.title.ko) };
      };
      return [
        { name: named("svg"), file: `${file()}.svg`, content: svg },
        { name: named("png"), file: `${file()}.png`, content: png },
        { name: named("csv"), file: `${file()}.csv`, content: numbers },
      ];
    },
  };
}
