/** A value as JSON has it, with integers of any size. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | { readonly [name: string]: Json };

/** How a float reads in Python: `1000.0`, where JavaScript writes `1000`. */
function number(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return String(value);
}

// Python escapes what is not ASCII; JavaScript leaves it.
function string(value: string): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** JSON as Python's json.dumps writes it on one line: blanks after commas and colons, ASCII only, keys sorted. */
export function dumps(value: Json): string {
  return written(value, true);
}

/** The same with the keys in their own order. */
export function dumpsInOrder(value: Json): string {
  return written(value, false);
}

function written(value: Json, sorted: boolean): string {
  if (typeof value === 'string') return string(value);
  if (typeof value === 'number') return number(value);
  if (value === null || typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${value.map((each) => written(each, sorted)).join(', ')}]`;
  const names = sorted ? Object.keys(value).sort(byCodePoint) : Object.keys(value);
  const members = names.map((name) => `${string(name)}: ${written((value as Record<string, Json>)[name]!, sorted)}`);
  return `{${members.join(', ')}}`;
}

/** The order of Python's strings, which is that of code points and not of UTF-16 units. */
export function byCodePoint(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  for (let at = 0; at < left.length && at < right.length; at++) {
    const difference = left[at]!.codePointAt(0)! - right[at]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** JSON over several lines, keys sorted, as the orchestrator's answers are written. */
export function prettyDumps(value: Json, indent: number): string {
  return lines(value, indent, '');
}

function lines(value: Json, indent: number, margin: string): string {
  if (value === null || typeof value !== 'object') return dumps(value);
  const inner = margin + ' '.repeat(indent);
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return `[\n${value.map((each) => inner + lines(each, indent, inner)).join(',\n')}\n${margin}]`;
  }
  const names = Object.keys(value).sort(byCodePoint);
  if (names.length === 0) return '{}';
  const member = (name: string) =>
    `${inner}${string(name)}: ${lines((value as Record<string, Json>)[name]!, indent, inner)}`;
  return `{\n${names.map(member).join(',\n')}\n${margin}}`;
}
