// The order of what a search finds. A page that teaches stands before one that lists: 기울기 (slope) is a heading on the page
// of every function, and who asks for it wants to read what it is. A page whose title holds the words comes first.
const FOLDERS = { start: 40, course: 40, handbook: 30, findings: 30, notebooks: 20, remedies: 10 };

var Scorer = {
  score: ([page, , place, , score, , kind]) => score + (FOLDERS[page.split("/")[0]] ?? 0) + (kind === "title" && !place ? 100 : 0),
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
