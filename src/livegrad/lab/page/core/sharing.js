// What can be taken away from a view.

/**
 * @param {import("./lab.js").Lab} lab
 * @param {string} view
 * @param {import("./lab.js").Taken[]} taken
 */
export function share(lab, view, taken) {
  void lab;
  void view;
  void taken;
}
