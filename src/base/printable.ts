// Control characters (C0, DEL, C1) steer a terminal; the directional ones of Unicode reorder what it shows.
const CONTROLS = /[^\P{Cc}\t]|[\u202a-\u202e\u2066-\u2069]/gu;
// What our own tables and excerpts are coloured with: bold, red, yellow, and back.
const ESCAPE = String.fromCharCode(0x1b);
const OWN_COLOURS = new RegExp(`(${ESCAPE}\\[(?:0|1|22|31|33|39)m|\r?\n)`);

/**
 * Foreign text for one line on a terminal: control characters, line ends among them, become `·`.
 *
 * @example
 * ```ts
 * printable('a\nb'); // 'a·b'
 * ```
 */
export function printable(text: string): string {
  return text.replace(CONTROLS, '·');
}

/**
 * The same for text of several lines, which may hold our own colours.
 *
 * @example
 * ```ts
 * printableLines('a\nb\u0007'); // 'a\nb·'
 * ```
 */
export function printableLines(text: string): string {
  // Nothing to replace in nearly all there is.
  if (text.search(CONTROLS) < 0) return text;
  return text
    .split(OWN_COLOURS)
    .map((part, index) => (index % 2 === 1 ? part : printable(part)))
    .join('');
}
