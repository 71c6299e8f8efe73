// Links to claims that say the claim itself, once the lab has told what it is; until then the claim's id.

import { make, tell } from "../core/dom.js";

/** @typedef {import("../core/lab.js").Lab} Lab */
/** @typedef {import("../core/words.js").Text} Text */

/** @type {Promise<Map<string, Text>> | undefined} */
let known;

/**
 * What each claim says, by id; empty where the lab has no claims to tell of.
 * @param {Lab} lab
 */
function claims(lab) {
  known ??= lab.line.ask("claims.start").then(
    (briefs) => new Map(briefs.map((/** @type {{ id: string, claim: Text }} */ one) => [one.id, one.claim])),
    () => {
      known = undefined; // the line was lost, perhaps: ask again another time
      return new Map();
    },
  );
  return known;
}

/**
 * @param {Lab} lab
 * @param {string} id
 */
export function claimLink(lab, id) {
  const link = make("a", { text: { en: id, ko: id }, set: { href: `#/claims?id=${id}` } });
  void claims(lab).then((all) => {
    const text = all.get(id);
    if (text) tell(link, { text });
  });
  return link;
}
