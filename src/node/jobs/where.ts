import { ERROR, MooringError, parseDurationUs, parseRateBytesPerSecond, parseSize } from '../../base/index.js';
import type { Scenario } from '../../sim/index.js';
import { MEASURES, type Measure, type MeasureName, measuresOf } from './measures.js';

// What a combination must hold, such as `queue <= 4*bdp and alg != 'bbr'`. A small language of its own, read by descent:
//
//   or  = and { "or" and }           not = "not" not | sum [ ("<" | "<=" | "==" | "!=" | ">=" | ">") sum ]
//   and = not { "and" not }          sum = product { ("+" | "-") product }
//   product = sign { ("*" | "/") sign }       sign = "-" sign | value
//   value = number [unit] | 'text' | name | "(" or ")"
//
// Quantities have their dimension: rate * rtt is a size, and a rate is not compared with a time.

/** What combinations must hold to be run. */
export interface Constraint {
  readonly text: string;
  /** Throws MOORING_ERR_BAD_ARGUMENT where the scenario does not say what is asked for. */
  holds(scenario: Scenario): boolean;
}

/** Powers of bytes and seconds. */
type Dimension = readonly [bytes: number, seconds: number];
type Values = (name: MeasureName) => number | string;
type Node =
  | { readonly kind: 'number'; readonly dimension: Dimension; readonly of: (values: Values) => number }
  | { readonly kind: 'text'; readonly of: (values: Values) => string }
  | { readonly kind: 'truth'; readonly of: (values: Values) => boolean };

interface Token {
  readonly kind: 'number' | 'text' | 'word' | 'sign' | 'end';
  readonly text: string;
  readonly unit: string;
  readonly at: number;
}

const LONGEST = 1000;
const DEEPEST = 50;
const PACKET_BYTES = 1500;
const TOKEN =
  /\s*(?:(\d+(?:\.\d+)?(?:e[+-]?\d+)?)([a-zµ%]+(?:\/s)?)?|'([^']*)'|"([^"]*)"|([a-z_]\w*)|(<=|>=|==|!=|&&|\|\||[<>+\-*/()!]))/iy;
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['&&', 'and'],
  ['||', 'or'],
  ['!', 'not'],
]);
const COMPARED: Readonly<Record<string, (a: number | string, b: number | string) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
};

/** Reads a constraint. Throws MOORING_ERR_BAD_ARGUMENT with what is wrong and where. */
export function parseConstraint(text: string): Constraint {
  const { tree } = new Reader(text);
  return {
    text,
    holds(scenario) {
      const known = measuresOf(scenario);
      return tree((name) => {
        const value = known[name];
        if (value === undefined || (typeof value === 'number' && !Number.isFinite(value)))
          throw refused(text, text.indexOf(name), `${name} is not known: neither --sweep nor the scenario gives one`);
        return value;
      });
    },
  };
}

class Reader {
  readonly tree: (values: Values) => boolean;
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    if (text.length > LONGEST) throw refused(text.slice(0, 60), 0, `a constraint has at most ${LONGEST} characters`);
    this.#tokens = tokensOf(text);
    const node = this.#or();
    const rest = this.#peek();
    if (rest.kind !== 'end') throw this.#wrong(rest, `"${rest.text}" is not expected here`);
    if (node.kind !== 'truth') throw this.#wrong(this.#tokens[0]!, 'this is no condition: compare it with something');
    this.tree = node.of;
  }

  #or(): Node {
    return this.#joined('or', () => this.#and());
  }

  #and(): Node {
    return this.#joined('and', () => this.#not());
  }

  #joined(word: 'or' | 'and', side: () => Node): Node {
    let left = side();
    for (let token = this.#take(word); token; token = this.#take(word)) {
      const [a, b] = [this.#truth(left, token), this.#truth(side(), token)];
      left = { kind: 'truth', of: (values) => (word === 'or' ? a(values) || b(values) : a(values) && b(values)) };
    }
    return left;
  }

  #not(): Node {
    const token = this.#take('not');
    if (!token) return this.#comparison();
    const inner = this.#truth(
      this.#deeper(token, () => this.#not()),
      token,
    );
    return { kind: 'truth', of: (values) => !inner(values) };
  }

  #comparison(): Node {
    const left = this.#sum();
    const token = this.#take(...Object.keys(COMPARED));
    if (!token) return left;
    const right = this.#sum();
    const compare = COMPARED[token.text]!;
    if (left.kind === 'truth' || right.kind === 'truth' || left.kind !== right.kind)
      throw this.#wrong(token, `${wordFor(left)} is not compared with ${wordFor(right)}`);
    if (left.kind === 'number') this.#same(left, right, token);
    else if (token.text !== '==' && token.text !== '!=') throw this.#wrong(token, 'texts are compared by == and !=');
    return { kind: 'truth', of: (values) => compare(left.of(values), right.of(values)) };
  }

  #sum(): Node {
    let left = this.#product();
    for (let token = this.#take('+', '-'); token; token = this.#take('+', '-')) {
      const [a, b] = [this.#number(left, token), this.#number(this.#product(), token)];
      this.#same(a, b, token);
      const sign = token.text === '+' ? 1 : -1;
      left = { kind: 'number', dimension: a.dimension, of: (values) => a.of(values) + sign * b.of(values) };
    }
    return left;
  }

  #product(): Node {
    let left = this.#sign();
    for (let token = this.#take('*', '/'); token; token = this.#take('*', '/')) {
      const [a, b] = [this.#number(left, token), this.#number(this.#sign(), token)];
      left = token.text === '*' ? times(a, b) : this.#over(a, b, token);
    }
    return left;
  }

  #over(a: NumberNode, b: NumberNode, token: Token): Node {
    const dimension = [a.dimension[0] - b.dimension[0], a.dimension[1] - b.dimension[1]] as const;
    const of = (values: Values): number => {
      const quotient = a.of(values) / b.of(values);
      if (!Number.isFinite(quotient)) throw this.#wrong(token, 'this divides by 0');
      return quotient;
    };
    return { kind: 'number', dimension, of };
  }

  #sign(): Node {
    const token = this.#take('-');
    if (!token) return this.#value();
    const { dimension, of } = this.#number(
      this.#deeper(token, () => this.#sign()),
      token,
    );
    return { kind: 'number', dimension, of: (values) => -of(values) };
  }

  #value(): Node {
    const token = this.#peek();
    this.#next += 1;
    if (token.kind === 'number') return this.#quantity(token);
    if (token.kind === 'text') return { kind: 'text', of: () => token.text };
    if (token.kind === 'word') return this.#name(token);
    if (token.text === '(') {
      const inner = this.#deeper(token, () => this.#or());
      if (!this.#take(')')) throw this.#wrong(this.#peek(), 'a ) is missing');
      return inner;
    }
    throw this.#wrong(token, token.kind === 'end' ? 'a value is missing' : `"${token.text}" is not expected here`);
  }

  #quantity(token: Token): Node {
    const { text, unit } = token;
    const plain = Number(text);
    if (!Number.isFinite(plain)) throw this.#wrong(token, `${text} is beyond all numbers`);
    const constant = (value: number, dimension: Dimension): Node => ({ kind: 'number', dimension, of: () => value });
    if (unit === '') return constant(plain, NONE);
    if (unit === '%') return constant(plain / 100, NONE);
    if (unit.toLowerCase() === 'bdp')
      return { kind: 'number', dimension: SIZE, of: (values) => plain * (values('bdp') as number) };
    if (/^(pkts?|packets?)$/i.test(unit)) return constant(plain * PACKET_BYTES, SIZE);
    const readers: [(given: string) => number, Dimension, number][] = [
      [parseRateBytesPerSecond, RATE, 1],
      [parseDurationUs, TIME, 1e-6],
      [parseSize, SIZE, 1],
    ];
    for (const [read, dimension, factor] of readers) {
      try {
        return constant(read(`${text}${unit}`) * factor, dimension);
      } catch (error) {
        if (!(error instanceof MooringError)) throw error;
      }
    }
    throw this.#wrong(token, `${unit} is no unit of a rate, a time or a size`);
  }

  #name(token: Token): Node {
    const name = token.text as MeasureName;
    const measure: Measure | undefined = Object.hasOwn(MEASURES, name) ? MEASURES[name] : undefined;
    if (!measure)
      throw this.#wrong(token, `${token.text} is not known here; known are ${Object.keys(MEASURES).join(', ')}`);
    if (measure === 'text') return { kind: 'text', of: (values) => String(values(name)) };
    return { kind: 'number', dimension: measure, of: (values) => Number(values(name)) };
  }

  #deeper<T>(token: Token, read: () => T): T {
    this.#depth += 1;
    if (this.#depth > DEEPEST) throw this.#wrong(token, `this is nested more than ${DEEPEST} deep`);
    const value = read();
    this.#depth -= 1;
    return value;
  }

  #truth(node: Node, token: Token): (values: Values) => boolean {
    if (node.kind !== 'truth')
      throw this.#wrong(token, `"${token.text}" joins conditions, and ${wordFor(node)} is none`);
    return node.of;
  }

  #number(node: Node, token: Token): NumberNode {
    if (node.kind !== 'number') throw this.#wrong(token, `"${token.text}" reckons with numbers, not ${wordFor(node)}`);
    return node;
  }

  #same(a: Node, b: Node, token: Token): void {
    if (a.kind !== 'number' || b.kind !== 'number') return;
    if (a.dimension[0] !== b.dimension[0] || a.dimension[1] !== b.dimension[1])
      throw this.#wrong(token, `${wordFor(a)} and ${wordFor(b)} do not go together: write the unit`);
  }

  #take(...texts: readonly string[]): Token | undefined {
    const token = this.#peek();
    if (token.kind === 'text' || token.kind === 'number' || !texts.includes(token.text)) return undefined;
    this.#next += 1;
    return token;
  }

  #peek(): Token {
    return this.#tokens[Math.min(this.#next, this.#tokens.length - 1)]!;
  }

  #wrong({ at }: Token, message: string): MooringError {
    return refused(this.#text, at, message);
  }
}

type NumberNode = Node & { readonly kind: 'number' };

const NONE: Dimension = [0, 0];
const SIZE: Dimension = [1, 0];
const TIME: Dimension = [0, 1];
const RATE: Dimension = [1, -1];

function times(a: NumberNode, b: NumberNode): Node {
  const dimension = [a.dimension[0] + b.dimension[0], a.dimension[1] + b.dimension[1]] as const;
  return { kind: 'number', dimension, of: (values) => a.of(values) * b.of(values) };
}

function wordFor(node: Node): string {
  if (node.kind === 'truth') return 'a condition';
  if (node.kind === 'text') return 'a text';
  const names: Readonly<Record<string, string>> = {
    '0,0': 'a number',
    '1,0': 'a size',
    '0,1': 'a time',
    '1,-1': 'a rate',
  };
  return names[node.dimension.join()] ?? 'a quantity';
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const end = text.trimEnd().length;
  while (at < end) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    const from = at + /^\s*/.exec(text.slice(at))![0].length;
    if (!match) throw refused(text, from, `"${[...text.slice(from)][0]}" is not expected here`);
    const [, number, unit = '', single, double, word, sign] = match;
    const quoted = single ?? double;
    if (number !== undefined) tokens.push({ kind: 'number', text: number, unit, at: from });
    else if (quoted !== undefined) tokens.push({ kind: 'text', text: quoted, unit, at: from });
    else {
      const written = (word ?? sign)!;
      const meant = SYNONYMS.get(written) ?? written;
      const isWord = word !== undefined && !['and', 'or', 'not'].includes(meant);
      tokens.push({ kind: isWord ? 'word' : 'sign', text: meant, unit, at: from });
    }
    at = TOKEN.lastIndex;
  }
  tokens.push({ kind: 'end', text: '', unit: '', at: end });
  return tokens;
}

function refused(text: string, at: number, message: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, `--where ${text}: at character ${at + 1}: ${message}`, {
    argument: 'where',
    at,
  });
}
