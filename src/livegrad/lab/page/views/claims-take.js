// What can be taken away: numbers as CSV, drawings as SVG and PNG.

/**
 * Rows as CSV that spreadsheets open: quoted where need be, with a mark that says UTF-8.
 * @param {(string | number)[][]} rows
 */
export const csv = (rows) => `\ufeff${rows.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;

/** @param {string | number} value */
function cell(value) {
  const words = String(value);
  const safe = typeof value === "string" && /^[=+@\t]/.test(words) ? `'${words}` : words; // no spreadsheet takes it for a formula
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/**
 * Hand a file to the reader.
 * @param {string} file
 * @param {string | Blob} content
 */
export function hand(file, content) {
  const kind = file.endsWith(".svg") ? "image/svg+xml" : file.endsWith(".csv") ? "text/csv;charset=utf-8" : "application/octet-stream";
  const link = document.createElement("a");
  link.href = URL.createObjectURL(typeof content === "string" ? new Blob([content], { type: kind }) : content);
  link.download = file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
