// The guide's answers, as the address keeps them, and which question comes next. Pure: knows no DOM.

/** @typedef {{ layer?: string, task?: string, symptom?: string }} Answers */
/** @typedef {"layer" | "task" | "symptom"} Question */

/** @type {Record<Question, string[]>} */
export const CHOICES = {
  layer: ["hidden", "recurrent", "output"],
  task: ["binary", "multilabel", "multiclass", "regression"],
  symptom: ["none", "dead-units", "vanishing-gradient", "sign-locked-gradients"],
};

/**
 * The questions that lead to advice after these answers, in order.
 * @param {Answers} answers
 * @returns {Question[]}
 */
export function questions({ layer }) {
  if (layer === "hidden") return ["layer", "symptom"];
  return layer === "output" ? ["layer", "task"] : ["layer"];
}

/**
 * The first question without an answer; null where advice can be given.
 * @param {Answers} answers
 * @returns {Question | null}
 */
export const next = (answers) => questions(answers).find((one) => answers[one] === undefined) ?? null;

/**
 * Answers from the address; what leads nowhere is left out.
 * @param {Record<string, any>} state
 * @returns {Answers}
 */
export function understood(state) {
  /** @type {Answers} */
  const found = {};
  for (const question of /** @type {Question[]} */ (["layer", "task", "symptom"])) {
    if (questions(found).includes(question) && CHOICES[question].includes(state[question])) found[question] = state[question];
  }
  return found;
}

/**
 * The answers before a question was asked.
 * @param {Answers} answers
 * @param {Question} question
 * @returns {Answers}
 */
export function before(answers, question) {
  const all = questions(answers);
  return Object.fromEntries(all.slice(0, all.indexOf(question)).map((one) => [one, answers[one]]));
}

/** One question back. @param {Answers} answers @returns {Answers} */
export function back(answers) {
  const given = questions(answers).filter((one) => answers[one] !== undefined);
  const last = given.at(-1);
  return last ? before(answers, last) : {};
}
