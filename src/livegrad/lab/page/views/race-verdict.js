// The verdict: the same race from many starts; ranking with intervals, and one sentence.

import { make, tell } from "../core/dom.js";
import { table } from "../core/table.js";
import { penOn } from "../draw/pen.js";
import { slider } from "./race-fields.js";
import { flat } from "./race-model.js";
import { percent } from "./race-state.js";

/** @typedef {import("./race-model.js").Model} Model */
/** @typedef {import("../core/words.js").Text} Text */
/** @typedef {{ lane: number, name: Text, mean: number, low: number, high: number, home: [number, number], rank: [number, number], diverged: number }} Ranked */
/** @typedef {{ done: number, finished: boolean, stopped: boolean, seconds: number, ranking: Ranked[] | null, differences: { lane: number, other: number, mean: number, low: number, high: number, p: number }[] | null, scores: any[] | null, seeds: number, epochs: number, score_name: string, sentence: Text | null }} Verdict */

export class VerdictSheet {
  /** @param {Model} model */
  constructor(model) {
    this.model = model;
    const word = model.lab.word;
    this.given = { seeds: 32, epochs: 100 };
    this.start = make("button", { class: "primary", text: word("race.verdict-run"), values: this.given, set: { "data-control": "race.verdict-run" }, on: { click: () => void this.run() } });
    this.stop = make("button", { text: word("race.verdict-stop"), set: { hidden: true, "data-control": "race.verdict-stop" }, on: { click: () => void model.ask("stop-verdict") } });
    this.bar = make("i", {});
    this.meter = make("div", { class: "meter", label: word("race.verdict-progress"), set: { role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": 0, hidden: true } }, this.bar);
    this.sentence = make("p", { class: "verdict-sentence", set: { role: "status" } });
    this.chart = make("canvas", { class: "forest", set: { role: "img", hidden: true } });
    this.tables = make("div", { class: "stack" });
    this.dialog = make("dialog", { class: "verdict", label: word("race.verdict") },
      make("header", {}, make("h2", { text: word("race.verdict") }), make("button", { text: word("shell.close"), on: { click: () => this.dialog.close() } })),
      make("p", { class: "small", text: word("race.verdict-about") }),
      make("div", { class: "verdict-set" }, slider({ label: word("race.starts"), control: "verdict-seeds", value: 32, min: 8, max: model.start.limits.seeds, step: 8, act: (seeds) => this.#set({ seeds }) }),
        slider({ label: word("race.epochs"), control: "verdict-epochs", value: 100, min: 10, max: 1000, step: 10, act: (epochs) => this.#set({ epochs }) })),
      make("div", { class: "controls" }, this.start, this.stop), this.meter, this.sentence, this.chart, this.tables);
    /** @type {Verdict | undefined} */
    this.verdict = undefined;
  }

  open() {
    if (!this.dialog.open) this.dialog.showModal();
    this.start.focus();
    this.paint();
  }

  /** @param {Partial<typeof this.given>} change */
  #set(change) {
    this.given = { ...this.given, ...change };
    tell(this.start, { values: this.given });
  }

  async run() {
    const begun = await this.model.ask("verdict", this.given);
    if (!begun) return;
    this.verdict = undefined;
    this.chart.hidden = true;
    this.tables.replaceChildren();
    this.#progress(0, true);
    tell(this.sentence, { text: this.model.lab.word("race.verdict-running"), values: { nets: begun.nets } });
  }

  /** @param {number} done @param {boolean} going */
  #progress(done, going) {
    this.meter.hidden = this.stop.hidden = !going;
    this.start.disabled = going;
    this.bar.style.width = `${100 * done}%`;
    this.meter.setAttribute("aria-valuenow", String(Math.round(100 * done)));
  }

  /** @param {Verdict} verdict */
  hear(verdict) {
    const over = verdict.finished || verdict.stopped;
    this.#progress(verdict.done, !over);
    if (!over) return;
    if (!verdict.ranking || !verdict.sentence) return void tell(this.sentence, { text: this.model.lab.word("race.verdict-stopped") });
    this.verdict = verdict;
    tell(this.sentence, { text: verdict.sentence });
    this.chart.hidden = false;
    this.chart.style.height = `${34 * verdict.ranking.length + 30}px`;
    this.#fill(verdict, verdict.ranking);
    this.paint();
  }

  /** @param {Verdict} verdict @param {Ranked[]} ranking */
  #fill(verdict, ranking) {
    const word = this.model.lab.word;
    const shown = (/** @type {number} */ value) => (verdict.score_name === "r2" ? value.toFixed(3) : percent(value));
    const rows = ranking.map((one) => [one.name, one.rank[0] === one.rank[1] ? String(one.rank[0]) : `${one.rank[0]}–${one.rank[1]}`, shown(one.mean), `${shown(one.low)} … ${shown(one.high)}`, `${one.home[0]} / ${one.home[1]}`, String(one.diverged)]);
    const apartBy = (/** @type {number} */ value) => shown(value).replace(" %", " %p"); // a difference of shares is one of points
    const names = this.model.race?.lanes ?? [];
    const apart = (verdict.differences ?? []).map((one) => {
      const [a, b] = [names[one.lane]?.name, names[one.other]?.name];
      return [{ en: `${a?.en} − ${b?.en}`, ko: `${a?.ko} − ${b?.ko}` }, apartBy(one.mean), `${apartBy(one.low)} … ${apartBy(one.high)}`, one.p < 0.001 ? "< 0.001" : one.p.toFixed(3)];
    });
    const heads = (/** @type {string[]} */ ids) => ids.map((id) => word(`race.${id}`));
    this.tables.replaceChildren(table(word("race.ranking"), heads(["lane", "place", "mean", "interval", "came-home", "diverged"]), rows),
      ...(apart.length ? [table(word("race.differences"), heads(["pair", "difference", "interval", "p-value"]), apart)] : []),
      make("p", { class: "tiny", text: word("race.verdict-reads"), values: { seeds: verdict.seeds, epochs: verdict.epochs, seconds: verdict.seconds.toFixed(1) } }));
  }

  /** Each lane's mean with its interval, and every start as a dot. */
  paint() {
    const { verdict } = this;
    if (!verdict?.ranking || !this.dialog.open) return;
    const pen = penOn(this.chart);
    const left = Math.min(180, pen.width * 0.34);
    const points = verdict.ranking.flatMap((one) => [...Array.from(flat(verdict.scores?.[one.lane])), one.low, one.high]).filter(Number.isFinite);
    const low = Math.max(verdict.score_name === "r2" ? -1 : 0, Math.min(...points) - 0.02);
    const high = Math.min(1, Math.max(...points) + 0.02);
    const x = (/** @type {number} */ value) => left + ((pen.width - left - 16) * (Math.max(low, value) - low)) / (high - low || 1);
    const foot = pen.height - 22;
    [0, 0.25, 0.5, 0.75, 1].map((part) => low + part * (high - low)).forEach((value) => {
      pen.segments([x(value), 2, x(value), foot], { ink: "grid" });
      pen.write(verdict.score_name === "r2" ? value.toFixed(2) : percent(value, 0), x(value), foot + 11, { ink: "ink-2", size: 11, align: "center" });
    });
    verdict.ranking.forEach((one, k) => {
      const y = 18 + 34 * k;
      pen.write(one.name[/** @type {"en" | "ko"} */ (document.documentElement.lang)], left - 10, y, { ink: "ink", size: 13, align: "right" });
      pen.dots(Array.from(flat(verdict.scores?.[one.lane])).flatMap((v, n) => [x(v), y + 9 * (((n * 7) % 11) / 11 - 0.45)]), 2, { ink: "dead", alpha: 0.6 });
      pen.segments([x(one.low), y, x(one.high), y, x(one.low), y - 5, x(one.low), y + 5, x(one.high), y - 5, x(one.high), y + 5], { ink: "ink", width: 2 });
      pen.dots([x(one.mean), y], 4.5, { ink: "panel" });
      pen.dots([x(one.mean), y], 3.5, { ink: "ink" });
    });
    tell(this.chart, { label: this.model.lab.word("race.forest-name"), values: { sentence: verdict.sentence ?? "" } });
  }
}
