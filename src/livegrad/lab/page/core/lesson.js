// A lesson, carried in the address: controls that are hidden or locked, and steps.

/**
 * @param {import("./lab.js").Lab} lab
 * @param {any} lesson
 */
export function apply(lab, lesson) {
  void lab;
  void lesson;
}
