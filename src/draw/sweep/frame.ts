import { seriesColour, type Theme } from '../../palette/index.js';
import type { Sweep, SweepKey } from '../../sweep/index.js';
import type { Mark, Shape, Size } from '../scene.js';
import type { Units } from '../units.js';
import { valueText } from '../units.js';

// What pictures of sweeps share: their frame, how groups are told apart, words for what was varied.

/** What is drawn of which runs. */
export interface SweepContent {
  readonly sweep: Sweep;
  readonly runs: Uint32Array;
}

export interface SweepFrame {
  readonly size: Size;
  readonly theme: Theme;
  readonly units: Units;
  /** With it inside, as a picture of its own has it. */
  readonly title?: string;
}

/** A place of a picture that stands for runs. */
export interface SweepPlace {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly text: string;
  /** Its only run; null where it stands for several. */
  readonly run: number | null;
  /** The filter that leaves its runs, where it stands for several. */
  readonly filter: string | null;
}

const SHAPES: readonly Shape[] = ['circle', 'square', 'triangle', 'diamond', 'cross', 'flag'];

/** A group's colour and shape: no two of 36 are the same, and of the first six neither is. */
export function groupStyle(theme: Theme, index: number): { readonly colour: string; readonly shape: Shape } {
  const turn = Math.floor(index / SHAPES.length);
  return { colour: seriesColour(theme, index), shape: SHAPES[(index + turn) % SHAPES.length]! };
}

/** What was varied for a run, in words: `alg bbr, rate 10Mbit, seed 3`. */
export function runWords({ keys, seeds }: Sweep, run: number): string {
  const varied = keys.map(({ name, values, places }) => `${name} ${values[places[run]!]}`);
  const seed = seeds[run]!;
  const hasSeed = Number.isNaN(seed) || keys.some(({ name }) => name === 'seed');
  return [...varied, ...(hasSeed ? [] : [`seed ${seed}`])].join(', ');
}

/** A size of a key with its unit. */
export function sizeText(key: SweepKey, size: number): string {
  return key.unit === 'none' ? Number(size.toPrecision(3)).toString() : valueText(size, key.unit);
}

/** The title of a picture of its own; nothing in a page, which has it beside the picture. */
export function titleMarks(title: string | undefined, x: number, theme: Theme): Mark[] {
  return title === undefined
    ? []
    : [{ kind: 'text', x, y: 18, text: title, colour: theme.text, size: 13, weight: 600 }];
}

const LETTER = 6.2;

export function widthOf(text: string): number {
  return text.length * LETTER;
}

/** As much of a text as finds room. */
export function fitted(text: string, width: number): string {
  const most = Math.max(1, Math.floor(width / LETTER));
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** Whether a filter takes a value as it is. */
export function isWord(value: string): boolean {
  return value !== '' && value !== '–' && !/[\s=<>!,]/.test(value);
}
