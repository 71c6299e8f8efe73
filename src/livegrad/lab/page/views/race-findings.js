// The diagnosis of the chosen lane: three counts, and findings with what was seen, why it hurts and what to do.

import { make, tell } from "../core/dom.js";
import { percent } from "./race-state.js";

/** @typedef {import("./race-model.js").Model} Model */
/** @typedef {import("./race-model.js").Finding} Finding */

const MARKS = /** @type {Record<string, string>} */ ({ error: "■", warning: "▲", note: "●" });

export class Findings {
  /** @param {Model} model */
  constructor(model) {
    this.model = model;
    const word = model.lab.word;
    const line = (/** @type {string} */ id) => {
      const value = make("dd", { class: "number" }, "–");
      return { value, row: make("div", {}, make("dt", { text: word(`race.${id}`) }), value) };
    };
    this.dead = line("dead-units");
    this.saturated = line("saturated-units");
    this.locked = line("locked-layers");
    this.state = make("p", { class: "small" });
    this.list = make("div", { class: "findings" });
    this.others = make("p", { class: "small others" });
    this.root = make("section", { class: "card diagnosis", set: { "aria-labelledby": "race-diagnosis" } }, make("h2", { text: word("race.diagnosis"), set: { id: "race-diagnosis" } }),
      this.state, make("dl", { class: "counts" }, this.dead.row, this.saturated.row, this.locked.row), this.list, this.others);
    this.shown = "";
  }

  say() {
    const { model } = this;
    const word = model.lab.word;
    const frame = model.epoch > 0 ? model.frame : undefined;
    const lane = frame?.lanes[model.lane];
    const all = frame?.findings ?? [];
    const mine = all.filter((one) => one.lane === model.lane);
    const counted = lane && lane.state !== "diverged"; // of numbers that are none nothing can be counted
    this.dead.value.textContent = counted ? `${lane.dead[0]} / ${lane.dead[1]}` : "–";
    this.saturated.value.textContent = counted ? percent(lane.saturated, 0) : "–";
    this.locked.value.textContent = counted ? `${lane.locked_layers[0]} / ${lane.locked_layers[1]}` : "–";
    tell(this.state, { text: word(`race.diagnosis-${!lane ? "none" : lane.stopped ? "stopped" : mine.length ? "found" : "healthy"}`), values: { stop: lane?.stopped?.epoch ?? 0, lane: model.race?.lanes[model.lane]?.name ?? "", probe: frame?.probe ?? 0, epoch: model.epoch } });
    const key = JSON.stringify([model.lane, all.map((one) => [one.lane, one.code, one.place, one.seen])]);
    if (key === this.shown) return;
    const open = new Set([...this.list.querySelectorAll("details[open]")].map((one) => one.getAttribute("data-code")));
    const codes = [...this.list.querySelectorAll("article")].map((one) => one.getAttribute("data-code")).join();
    const busy = this.list.contains(document.activeElement);
    if (busy && codes === mine.map((one) => one.code + one.place).join()) return mine.forEach((one, k) => this.#again(one, k)); // no button may vanish under a finger
    this.shown = key;
    this.list.replaceChildren(...mine.map((one) => this.#finding(one, open)));
    this.#elsewhere(all);
  }

  /** @param {Finding} one @param {number} k */
  #again(one, k) {
    const seen = this.list.children[k]?.querySelector(".seen");
    if (seen) tell(seen, { text: one.seen });
  }

  /**
   * @param {Finding} one
   * @param {Set<string | null>} open
   */
  #finding(one, open) {
    const word = this.model.lab.word;
    const code = one.code + one.place;
    return make("article", { class: `finding ${one.severity}`, set: { "data-code": code } },
      make("h3", {}, make("span", { class: "mark-of", set: { "aria-hidden": "true" } }, MARKS[one.severity] ?? "●"), make("span", { class: "unseen", text: word(`race.${one.severity}`) }), make("span", { text: one.name })),
      make("p", { class: "seen", text: one.seen }),
      make("details", { set: { "data-code": code, open: open.has(code) } }, make("summary", { text: word("race.why") }), make("p", { text: one.why }), make("p", { class: "sure", text: one.sure })),
      one.cures.length > 0 && make("div", { class: "controls", label: word("race.cures"), set: { role: "group" } }, ...one.cures.slice(0, 3).map((cure) =>
        make("button", { text: cure.label, set: { "data-control": "race.cure" }, on: { click: () => void this.model.clone(one.lane, cure.with) } }))));
  }

  /** @param {Finding[]} all */
  #elsewhere(all) {
    const { model } = this;
    const lanes = [...new Set(all.map((one) => one.lane))].filter((lane) => lane !== model.lane && model.race?.lanes[lane]).sort((a, b) => a - b);
    this.others.hidden = !lanes.length;
    this.others.replaceChildren(make("span", { text: model.lab.word("race.elsewhere") }), ...lanes.map((lane) => make("button", {
      class: "quiet", set: { "data-control": "race.lane" }, text: model.lab.word("race.lane-findings"), values: { lane: model.race?.lanes[lane]?.name ?? "", count: all.filter((one) => one.lane === lane).length }, on: { click: () => model.choose({ lane }) },
    })));
  }
}
