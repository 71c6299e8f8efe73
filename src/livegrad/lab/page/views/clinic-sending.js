// A file chosen in the page goes to the lab in pieces. Knows no DOM.

/**
 * Text in pieces that do not cut a letter of two code units.
 * @param {string} text
 * @param {number} most
 * @returns {string[]}
 */
export function pieces(text, most) {
  const found = [];
  for (let from = 0; from < text.length;) {
    let to = Math.min(text.length, from + most);
    const last = text.charCodeAt(to - 1);
    if (to < text.length && last >= 0xd800 && last < 0xdc00 && to - from > 1) to -= 1;
    found.push(text.slice(from, to));
    from = to;
  }
  return found.length ? found : [""];
}

/**
 * What a file says; gzip is unpacked.
 * @param {Blob} file
 */
export async function textOf(file) {
  const head = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  if (head[0] !== 0x1f || head[1] !== 0x8b) return file.text();
  return new Response(file.stream().pipeThrough(new DecompressionStream("gzip"))).text();
}

/**
 * @param {import("../core/lab.js").Lab} lab
 * @param {{ text: string, name: string, training: number }} what
 * @param {(share: number) => void} told
 * @returns {Promise<any>} what the lab says of the recording
 */
export async function send(lab, { text, name, training }, told) {
  const all = pieces(text, lab.start.clinic.piece);
  let answer = null;
  for (const [part, piece] of all.entries()) {
    told(part / all.length);
    answer = await lab.line.ask("clinic.take", { part, of: all.length, text: piece, name: name.slice(0, 300), training });
  }
  return answer;
}
