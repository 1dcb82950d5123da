/** Where a text stops being JSON, lines and columns from 1, and what should have stood there. */
export interface JsonFault {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

// In a text every character may stand from U+0020 on but the quote and the backslash.
// One token of RFC 8259 after its white space: a mark, a text, or a number, true, false, null.
const TOKEN =
  /[ \t\n\r]*(?:([{}[\],:])|("[ !#-[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[ !#-[\]-\uffff]*)*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-]))/y;
const SPACE = /[ \t\n\r]*/y;
/** The start of a text up to the character that may not stand in it. */
const TEXT_START = /"[ !#-[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[ !#-[\]-\uffff]*)*/y;
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
    TOKEN.lastIndex = at;
    const [whole, mark, name, plain] = TOKEN.exec(text) ?? [];
    const next: Wanted | 'after' | undefined =
      whole === undefined ? undefined : follow(wanted, mark, name !== undefined, plain !== undefined);
    if (whole === undefined || next === undefined) {
      const start = skip(SPACE, text, at);
      if (wanted === 'end' && start === text.length) return undefined;
      return fault(text, start, wanted);
    }
    at += whole.length;
    if (mark === '{' || mark === '[') open.push(mark);
    if (mark === '}' || mark === ']') open.pop();
    wanted = next === 'after' ? afterValue() : next;
  }
}

/** What is wanted after a token where it may stand; `after` is what follows a whole value. */
function follow(
  wanted: Wanted,
  mark: string | undefined,
  isText: boolean,
  isPlain: boolean,
): Wanted | 'after' | undefined {
  const value = (): Wanted | 'after' | undefined => {
    if (mark === '{') return 'name or }';
    if (mark === '[') return 'value or ]';
    return isText || isPlain ? 'after' : undefined;
  };
  switch (wanted) {
    case 'value':
      return value();
    case 'value or ]':
      return mark === ']' ? 'after' : value();
    case 'name or }':
      return mark === '}' ? 'after' : isText ? ':' : undefined;
    case 'name':
      return isText ? ':' : undefined;
    case ':':
      return mark === ':' ? 'value' : undefined;
    case ', or ]':
      return mark === ']' ? 'after' : mark === ',' ? 'value' : undefined;
    case ', or }':
      return mark === '}' ? 'after' : mark === ',' ? 'name' : undefined;
    case 'end':
      return undefined;
  }
}

function fault(text: string, start: number, wanted: Wanted): JsonFault {
  const takesText = wanted.startsWith('value') || wanted.startsWith('name');
  const bad = takesText && text[start] === '"' ? skip(TEXT_START, text, start) : start;
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

function skip(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return from + (pattern.exec(text)?.[0].length ?? 0);
}
