// What a drawing says, as a table: for ears, for copying, for anyone who wants the numbers.

import { make } from "./dom.js";

/** @typedef {import("./words.js").Text} Text */

/**
 * @param {Text} caption
 * @param {Text[]} columns
 * @param {(string | Text)[][]} rows the first cell of each is its heading
 */
export function table(caption, columns, rows) {
  const head = make("tr", {}, ...columns.map((text) => make("th", { text, set: { scope: "col" } })));
  const body = rows.map((cells) =>
    make("tr", {}, ...cells.map((cell, k) => {
      const tag = k ? "td" : "th";
      const set = k ? {} : { scope: "row" };
      return typeof cell === "string" ? make(tag, { set }, cell) : make(tag, { text: cell, set });
    })),
  );
  return make("div", { class: "scroll", set: { tabindex: 0, role: "region" }, label: caption },
    make("table", { class: "numbers" }, make("caption", { text: caption }), make("thead", {}, head), make("tbody", {}, ...body)));
}
