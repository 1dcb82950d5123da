import type { Json } from './json.js';

/** Where a text stops being JSON, in the words of Python's decoder. */
export class JsonDecodeError extends Error {}

const WHITESPACE = new Set([' ', '\t', '\n', '\r']);
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const MAX_DEPTH = 500;

/**
 * JSON as Python's json.loads takes it (with NaN and Infinity), refused in its words: the texts of FABRIC's answers
 * quote them. Deeper than 500 levels is refused. `float` says what becomes of a number that is a float in Python, such as
 * `1.0` and `1e3`; by default it is a number, which may be whole.
 *
 * @throws JsonDecodeError whose message is Python's.
 */
export function loads(text: string, float: (digits: string) => Json = Number): Json {
  return new Decoder(text, float).whole();
}

class Decoder {
  readonly #text: string;
  readonly #float: (digits: string) => Json;
  #at = 0;

  constructor(text: string, float: (digits: string) => Json) {
    this.#text = text;
    this.#float = float;
  }

  whole(): Json {
    this.#skip();
    const value = this.#value(0);
    this.#skip();
    if (this.#at < this.#text.length) this.#fail('Extra data', this.#at);
    return value;
  }

  #fail(what: string, at: number): never {
    const before = this.#text.slice(0, at).split('\n');
    throw new JsonDecodeError(`${what}: line ${before.length} column ${before.at(-1)!.length + 1} (char ${at})`);
  }

  #skip(): void {
    while (WHITESPACE.has(this.#text[this.#at] ?? '')) this.#at++;
  }

  #word<T extends Json>(word: string, value: T): T | undefined {
    if (!this.#text.startsWith(word, this.#at)) return undefined;
    this.#at += word.length;
    return value;
  }

  #value(depth: number): Json {
    if (depth > MAX_DEPTH) throw new JsonDecodeError('maximum recursion depth exceeded while decoding a JSON value');
    const start = this.#at;
    const char = this.#text[start];
    if (char === '"') return this.#string();
    if (char === '{') return this.#object(depth);
    if (char === '[') return this.#array(depth);
    if (char === 'n' && this.#word('null', true)) return null;
    const word =
      this.#word('true', true) ??
      this.#word('false', false) ??
      this.#word('NaN', Number.NaN) ??
      this.#word('Infinity', Infinity) ??
      this.#word('-Infinity', -Infinity);
    if (word !== undefined) return word;
    NUMBER.lastIndex = start;
    const digits = NUMBER.exec(this.#text)?.[0];
    if (digits === undefined) this.#fail('Expecting value', start);
    this.#at += digits.length;
    if (!/^-?\d+$/.test(digits)) return this.#float(digits);
    const value = Number(digits);
    return Number.isSafeInteger(value) ? value : BigInt(digits);
  }

  #array(depth: number): Json {
    const items: Json[] = [];
    this.#at++;
    this.#skip();
    if (this.#text[this.#at] === ']') return this.#end(items);
    for (;;) {
      this.#skip();
      items.push(this.#value(depth + 1));
      this.#skip();
      if (this.#text[this.#at] === ']') return this.#end(items);
      if (this.#text[this.#at] !== ',') this.#fail("Expecting ',' delimiter", this.#at);
      this.#at++;
    }
  }

  #object(depth: number): Json {
    const members: [string, Json][] = [];
    this.#at++;
    this.#skip();
    if (this.#text[this.#at] === '}') return this.#end({});
    for (;;) {
      this.#skip();
      if (this.#text[this.#at] !== '"') {
        this.#fail('Expecting property name enclosed in double quotes', this.#at);
      }
      const name = this.#string();
      this.#skip();
      if (this.#text[this.#at] !== ':') this.#fail("Expecting ':' delimiter", this.#at);
      this.#at++;
      this.#skip();
      members.push([name, this.#value(depth + 1)]);
      this.#skip();
      if (this.#text[this.#at] === '}') return this.#end(Object.fromEntries(members));
      if (this.#text[this.#at] !== ',') this.#fail("Expecting ',' delimiter", this.#at);
      this.#at++;
    }
  }

  #end<T>(value: T): T {
    this.#at++;
    return value;
  }

  #string(): string {
    const start = this.#at;
    let at = start + 1;
    for (; ; at++) {
      const char = this.#text[at];
      if (char === undefined) this.#fail('Unterminated string starting at', start);
      if (char === '"') break;
      if (char < ' ') this.#fail('Invalid control character at', at);
      if (char === '\\') at = this.#escape(at, start);
    }
    this.#at = at + 1;
    return JSON.parse(this.#text.slice(start, at + 1)) as string;
  }

  #escape(at: number, start: number): number {
    const kind = this.#text[at + 1];
    if (kind === undefined) this.#fail('Unterminated string starting at', start);
    if (kind === 'u') {
      if (!/^[0-9a-fA-F]{4}$/.test(this.#text.slice(at + 2, at + 6))) this.#fail('Invalid \\uXXXX escape', at + 1);
      return at + 5;
    }
    if (!'"\\/bfnrt'.includes(kind)) this.#fail('Invalid \\escape', at);
    return at + 1;
  }
}
