/** Where a text stops being JSON, lines and columns from 1, and what should have stood there. */
export interface JsonFault {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

const SPACE = /[ \t\n\r]*/y;
/** A token of RFC 8259 that is no text: a mark, or a number, true, false, null. */
const TOKEN = /([{}[\],:])|(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;
/** A piece of a text: all characters may stand in it from U+0020 on but the quote and the backslash. */
const PIECE = /[ !#-[\]-\uffff]+|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const WORD = /[^\s{}[\],:"]{1,20}|./uy;

const WANTED = {
  value: 'a value',
  'value or ]': 'a value or ]',
  'name or }': 'a name in double quotes or }',
  name: 'a name in double quotes',
  ':': ':',
  ', or ]': ', or ]',
  ', or }': ', or }',
  end: 'the end of the file',
} as const;
type Wanted = keyof typeof WANTED;

/**
 * The first fault of a text that `JSON.parse` refuses, told in the same words whatever the engine: engines give
 * a position in some of their messages only. Undefined for text that is JSON.
 */
export function findJsonFault(text: string): JsonFault | undefined {
  const open: ('{' | '[')[] = [];
  let wanted: Wanted = 'value';
  let at = 0;
  const afterValue = (): Wanted => {
    const inside = open.at(-1);
    return inside === undefined ? 'end' : inside === '{' ? ', or }' : ', or ]';
  };
  for (;;) {
    const start = at + lengthOf(SPACE, text, at);
    if (wanted === 'end' && start === text.length) return undefined;
    const token = readToken(text, start);
    const next: Wanted | 'after' | undefined = token && follow(wanted, token);
    if (token === undefined || next === undefined) return fault(text, start, wanted);
    at = start + token.length;
    if (token.kind === '{' || token.kind === '[') open.push(token.kind);
    if (token.kind === '}' || token.kind === ']') open.pop();
    wanted = next === 'after' ? afterValue() : next;
  }
}

interface Token {
  /** `plain` is a number, true, false or null. */
  readonly kind: '{' | '}' | '[' | ']' | ',' | ':' | 'text' | 'plain';
  readonly length: number;
}

function readToken(text: string, start: number): Token | undefined {
  if (text[start] === '"') {
    const end = endOfText(text, start);
    return text[end] === '"' ? { kind: 'text', length: end + 1 - start } : undefined;
  }
  TOKEN.lastIndex = start;
  const [whole, mark] = TOKEN.exec(text) ?? [];
  return whole === undefined ? undefined : { kind: (mark ?? 'plain') as Token['kind'], length: whole.length };
}

/** Where the text that begins at `start` ends: at its quote, or where something stands that may not. */
function endOfText(text: string, start: number): number {
  let at = start + 1;
  // Piece by piece: one expression for a whole text would need memory for each of its pieces.
  for (let length = lengthOf(PIECE, text, at); length > 0; length = lengthOf(PIECE, text, at)) at += length;
  return at;
}

/** What is wanted after a token where it may stand; `after` is what follows a whole value. */
function follow(wanted: Wanted, { kind }: Token): Wanted | 'after' | undefined {
  const value = (): Wanted | 'after' | undefined => {
    if (kind === '{') return 'name or }';
    if (kind === '[') return 'value or ]';
    return kind === 'text' || kind === 'plain' ? 'after' : undefined;
  };
  switch (wanted) {
    case 'value':
      return value();
    case 'value or ]':
      return kind === ']' ? 'after' : value();
    case 'name or }':
      return kind === '}' ? 'after' : kind === 'text' ? ':' : undefined;
    case 'name':
      return kind === 'text' ? ':' : undefined;
    case ':':
      return kind === ':' ? 'value' : undefined;
    case ', or ]':
      return kind === ']' ? 'after' : kind === ',' ? 'value' : undefined;
    case ', or }':
      return kind === '}' ? 'after' : kind === ',' ? 'name' : undefined;
    case 'end':
      return undefined;
  }
}

function fault(text: string, start: number, wanted: Wanted): JsonFault {
  const takesText = wanted.startsWith('value') || wanted.startsWith('name');
  const bad = takesText && text[start] === '"' ? endOfText(text, start) : start;
  const lines = text.slice(0, bad).split('\n');
  const place = { offset: bad, line: lines.length, column: lines.at(-1)!.length + 1 };
  if (bad > start) {
    const what = bad < text.length ? 'a character that needs a backslash, or a wrong escape' : 'no closing quote';
    return { ...place, message: `a text in quotes has ${what}` };
  }
  WORD.lastIndex = bad;
  const found = WORD.exec(text)?.[0];
  const instead = found === undefined ? 'the file ends here' : `not ${found}`;
  return { ...place, message: `${WANTED[wanted]} was expected, ${instead}` };
}

function lengthOf(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(text)?.[0].length ?? 0;
}
