// The guide's answers, as the address keeps them, and which question comes next. Pure: knows no DOM.

/** @typedef {{ layer?: string, task?: string, symptom?: string, context?: string }} Answers */
/** @typedef {"layer" | "task" | "symptom" | "context"} Question */

/** @type {Record<Question, string[]>} */
const CHOICES = {
  layer: ["hidden", "recurrent", "block", "output"],
  task: ["binary", "multilabel", "multiclass", "ordinal", "regression", "positive", "fraction"],
  symptom: ["none", "dead-units", "vanishing-gradient", "sign-locked-gradients", "saturation", "exploding-gradient", "signal-collapse", "linear-collapse", "arithmetic-death", "bad-initialization"],
  context: ["none", "several-layers", "many-layers", "batch-norm", "layer-norm", "residual", "low-precision", "mobile", "few-inputs", "few-samples"],
};
const THROUGH_TIME = ["none", "vanishing-gradient", "exploding-gradient"];

/**
 * What a question may be answered with, as livegrad/lab/desks/guide.py has it.
 * @param {Question} question
 * @param {Answers} answers those given before
 */
export const choices = (question, { layer }) => (question === "symptom" && layer === "recurrent" ? THROUGH_TIME : CHOICES[question]);

/**
 * The word for an answer; "none" reads differently from question to question.
 * @param {Question} question
 * @param {string} choice
 */
export const named = (question, choice) => (question === "context" && choice === "none" ? "context-none" : choice);

/**
 * The questions that lead to advice after these answers, in order.
 * @param {Answers} answers
 * @returns {Question[]}
 */
export function questions({ layer, symptom }) {
  if (layer === "hidden") return symptom === "none" ? ["layer", "symptom", "context"] : ["layer", "symptom"];
  if (layer === "recurrent") return ["layer", "symptom"];
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
  for (const question of /** @type {Question[]} */ (["layer", "task", "symptom", "context"])) {
    if (questions(found).includes(question) && choices(question, found).includes(state[question])) found[question] = state[question];
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
