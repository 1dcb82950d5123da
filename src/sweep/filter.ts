import { parseDurationUs, parseRateBytesPerSecond, parseShare } from '../base/index.js';
import { keySizes } from './key-sizes.js';
import type { MeasureUnit, Sweep, SweepKey, SweepMeasure } from './model.js';

// What a reader asks of runs, in one line: `alg=cubic,bbr rate>=10Mbit rttP95<50ms`. Each word is to hold. A word alone is
// looked for in the values. In: text from outside; out: the runs, or what cannot be read in it.

/** Runs that are asked for, in the order of the sweep. */
export interface FilteredRuns {
  readonly runs: Uint32Array;
  /** What of the filter cannot be read, in words; null where all of it can. */
  readonly fault: string | null;
}

type Holds = (run: number) => boolean;

const LONGEST = 500;
const WORD = /^([^\s=<>!]+)\s*(!=|<=|>=|=|<|>)\s*(.*)$/;

/** The runs that a filter leaves; all of them where it cannot be read. */
export function filterRuns(sweep: Sweep, filter: string): FilteredRuns {
  try {
    if (filter.length > LONGEST) throw new Error(`a filter has at most ${LONGEST} characters`);
    // Around a sign there may be room.
    const words = filter
      .replaceAll(/\s*(!=|<=|>=|=|<|>)\s*/g, '$1')
      .split(/\s+/)
      .filter((word) => word !== '');
    const all = words.map((word) => holdsOf(sweep, word));
    const runs = Uint32Array.from({ length: sweep.length }, (_, run) => run);
    return { runs: all.length === 0 ? runs : runs.filter((run) => all.every((holds) => holds(run))), fault: null };
  } catch (error) {
    return { runs: Uint32Array.from({ length: sweep.length }, (_, run) => run), fault: (error as Error).message };
  }
}

function holdsOf(sweep: Sweep, word: string): Holds {
  const [, name, sign, text] = WORD.exec(word) ?? [];
  if (name === undefined || sign === undefined || text === undefined) return holdsSomewhere(sweep, word);
  if (text === '') throw new Error(`"${word}" compares with nothing`);
  if (name === 'seed' && !sweep.keys.some((key) => key.name === 'seed'))
    return compared(sign, (run) => sweep.seeds[run]!, numberOf(text, word));
  const key = sweep.keys.find((one) => isCalled(one.name, name));
  if (key) return sign === '=' || sign === '!=' ? isAmong(key, text, sign === '=') : keyCompared(key, sign, text, word);
  const measure = sweep.measures.find((one) => isCalled(one.name, name));
  if (measure) return compared(sign, (run) => measure.values[run]!, quantityOf(measure, text, word));
  const names = [...sweep.keys, ...sweep.measures].map((one) => one.name);
  throw new Error(`nothing is called "${name}" here: there are ${[...names, 'seed'].join(', ')}`);
}

function isCalled(name: string, word: string): boolean {
  return name.toLowerCase() === word.toLowerCase();
}

/** A word in any value. */
function holdsSomewhere({ keys }: Sweep, word: string): Holds {
  const wanted = word.toLowerCase();
  const among = keys.map(({ values, places }) => ({
    places,
    has: values.map((value) => value.toLowerCase().includes(wanted)),
  }));
  return (run) => among.some(({ places, has }) => has[places[run]!]!);
}

function isAmong(key: SweepKey, text: string, wanted: boolean): Holds {
  const asked = text
    .toLowerCase()
    .split(',')
    .filter((value) => value !== '');
  // `10Mbit` and `10 Mbit/s` are one.
  const { sizes } = keySizes(key.name, asked);
  const has = key.values.map(
    (value, place) =>
      asked.includes(value.toLowerCase()) || (key.sizes !== null && !!sizes?.includes(key.sizes[place]!)),
  );
  return (run) => has[key.places[run]!] === wanted;
}

function keyCompared(key: SweepKey, sign: string, text: string, word: string): Holds {
  const { sizes, places } = key;
  const { sizes: asked, unit } = keySizes(key.name, [text]);
  if (sizes === null) throw new Error(`the values of ${key.name} are words: they are compared by = and !=`);
  if (asked === null || unit !== key.unit) throw new Error(`"${word}" does not compare like with like`);
  return compared(sign, (run) => sizes[places[run]!]!, asked[0]!);
}

/** What is not known holds for nothing. */
function compared(sign: string, valueIn: (run: number) => number, to: number): Holds {
  switch (sign) {
    case '<':
      return (run) => valueIn(run) < to;
    case '<=':
      return (run) => valueIn(run) <= to;
    case '>':
      return (run) => valueIn(run) > to;
    case '>=':
      return (run) => valueIn(run) >= to;
    case '=':
      return (run) => valueIn(run) === to;
    default:
      return (run) => !Number.isNaN(valueIn(run)) && valueIn(run) !== to;
  }
}

const READERS: Readonly<Record<MeasureUnit, (text: string) => number>> = {
  'bytes/s': parseRateBytesPerSecond,
  us: parseDurationUs,
  ratio: parseShare,
  none: Number,
};
const EXAMPLES: Readonly<Record<MeasureUnit, string>> = {
  'bytes/s': '10Mbit',
  us: '50ms',
  ratio: '90%',
  none: '0.9',
};

function quantityOf({ name, unit }: SweepMeasure, text: string, word: string): number {
  try {
    const value = READERS[unit](text);
    if (Number.isFinite(value)) return value;
  } catch {
    // It is told below what one looks like.
  }
  throw new Error(`"${word}": ${name} is compared with a number such as ${EXAMPLES[unit]}`);
}

function numberOf(text: string, word: string): number {
  const value = Number(text);
  if (Number.isFinite(value)) return value;
  throw new Error(`"${word}": a seed is a number`);
}
