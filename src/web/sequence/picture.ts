import {
  type Area,
  type Mark,
  plotArea,
  type Scene,
  type Size,
  timeAxis,
  upAxis,
  type ValueScale,
  valueText,
} from '../../draw/index.js';
import type { Theme } from '../../palette/index.js';
import type { Run, SequenceKind, SequenceQuery, SequenceSpans } from '../../run/index.js';
import type { KeyEntry, Picture } from '../picture.js';
import type { ViewState } from '../view.js';
import { WORDS } from './words.js';

// xplot's shapes, as tcptrace draws them: segments are upright lines with arrows, ACKs and windows are stairs, duplicates are ticks on them.
// The shape says what it is, the colour says it again. What is rare is wider and on top, so that one of it is seen at any zoom.

const TEXT = 11;
/** Wide enough for arrows: what is narrower is a line alone. */
const ARROWS_AT = 9;
const ARROW = 3;
/** Letters are written while there are so few of them. */
const MOST_LETTERS = 60;

/** How each kind is drawn: `arrows` are segments, `stairs` are levels, `ticks` stand on them. */
interface Drawing {
  readonly draw: 'arrows' | 'bar' | 'stairs' | 'ticks';
  readonly colour: (theme: Theme) => string;
  readonly width: number;
  readonly letter?: string;
}

const DRAWINGS: Readonly<Record<Exclude<SequenceKind, 'in-flight'>, Drawing>> = {
  window: { draw: 'stairs', colour: ({ series }) => series[5], width: 1.25 },
  ack: { draw: 'stairs', colour: ({ series }) => series[2], width: 1.25 },
  data: { draw: 'arrows', colour: ({ series }) => series[0], width: 1.25 },
  gap: { draw: 'arrows', colour: ({ muted }) => muted, width: 2, letter: 'G' },
  'duplicate-ack': { draw: 'ticks', colour: ({ series }) => series[2], width: 1.5 },
  sack: { draw: 'bar', colour: ({ series }) => series[4], width: 2, letter: 'S' },
  reordered: { draw: 'arrows', colour: ({ series }) => series[3], width: 2.5, letter: 'O' },
  'lost-before': { draw: 'arrows', colour: ({ series }) => series[1], width: 3, letter: 'L' },
  'duplicate-sack': { draw: 'bar', colour: ({ series }) => series[3], width: 3, letter: 'D' },
  retransmission: { draw: 'arrows', colour: ({ bad }) => bad, width: 3, letter: 'R' },
  spurious: { draw: 'arrows', colour: ({ warn }) => warn, width: 3, letter: 'R?' },
};

/** What each kind of graph shows. */
const SHOWN: Readonly<Record<ViewState['sequence']['kind'], ReadonlySet<SequenceKind>>> = {
  tcptrace: new Set(Object.keys(DRAWINGS) as SequenceKind[]),
  stevens: new Set(['data', 'retransmission', 'spurious', 'reordered', 'lost-before']),
  window: new Set(),
};

export interface SequenceScene extends Scene {
  /** Bytes at the lower and the upper edge. */
  readonly edges: readonly [number, number];
}

/** The flow that is looked at, if it has packets, else the first that has. */
export function shownFlow(run: Run, { sequence }: ViewState): number {
  const flows = run.sequence?.flows ?? [];
  return sequence.flow !== null && flows.includes(sequence.flow) ? sequence.flow : (flows[0] ?? 0);
}

export function queryOf(run: Run, state: ViewState, area: Area): SequenceQuery {
  const [low, high] = state.sequence.edges ?? [null, null];
  return { flow: shownFlow(run, state), ...state.range, low, high, width: area.width, height: area.height };
}

export async function picture(run: Run, state: ViewState, size: Size, title?: string): Promise<Picture> {
  const { range, theme, sequence } = state;
  const area = plotArea(size, title !== undefined);
  const perUs = area.width / (range.toUs - range.fromUs);
  const xOf = (us: number): number => area.x + (us - range.fromUs) * perUs;
  const timeOf = (x: number): number => range.fromUs + (x - area.x) / perUs;
  const drawn = sequence.kind === 'window' ? windowMarks(run, state, area, xOf) : spanMarks(run, state, area, xOf);
  const { low, high } = drawn;
  const scene: SequenceScene = {
    ...{ width: size.width, height: size.height, area, edges: [low, high] },
    marks: [
      ...timeAxis(area, axisOf(range, xOf, sequence.ownTime), theme),
      ...upAxis(area, bytesOf(area, low, high, sequence), theme),
      { kind: 'clip', area, marks: drawn.marks },
      ...(title === undefined
        ? []
        : [
            { kind: 'text' as const, x: area.x, y: 18, text: title, colour: theme.text, size: 13, weight: 600 },
            ...legend(drawn.key, area, theme),
          ]),
    ],
  };
  return { scene, key: drawn.key, scale: { timeOf, xOf, left: area.x, right: area.x + area.width } };
}

/** From the first that is shown, where that is asked for. */
function axisOf({ fromUs, toUs }: ViewState['range'], xOf: (us: number) => number, own: boolean) {
  return own ? { fromUs: 0, toUs: toUs - fromUs, xOf: (us: number) => xOf(us + fromUs) } : { fromUs, toUs, xOf };
}

interface Drawn {
  readonly low: number;
  readonly high: number;
  readonly marks: readonly Mark[];
  readonly key: readonly KeyEntry[];
}

function spanMarks(run: Run, state: ViewState, area: Area, xOf: (us: number) => number): Drawn {
  const { theme, sequence } = state;
  const { low, high, spans } = run.sequence!.spans(queryOf(run, state, area));
  const yOf = (bytes: number): number => area.y + area.height - ((bytes - low) / (high - low)) * area.height;
  const shown = spans.filter(({ kind }) => SHOWN[sequence.kind].has(kind));
  const marks = shown.flatMap((one) => {
    const drawing = DRAWINGS[one.kind as keyof typeof DRAWINGS];
    const colour = drawing.colour(theme);
    if (sequence.kind === 'stevens') return dots(one, colour, { xOf, yOf });
    return drawing.draw === 'stairs'
      ? stairs(one, { colour, width: drawing.width }, { xOf, yOf, area })
      : upright(one, drawing, colour, { xOf, yOf });
  });
  const key = shown.map(({ kind, count }): KeyEntry => {
    const many = count.reduce((sum, value) => sum + value, 0);
    const drawing = DRAWINGS[kind as keyof typeof DRAWINGS];
    const label = `${drawing.letter ? `${drawing.letter} ` : ''}${WORDS[kind].many}`;
    return keyEntry(run, state, kind, label, drawing.colour(theme), many);
  });
  return { low, high, marks, key: key.reverse() };
}

/** An entry of the key; a reader steps through the packets of its kind. */
function keyEntry(
  run: Run,
  state: ViewState,
  kind: SequenceKind,
  label: string,
  colour: string,
  many: number,
): KeyEntry {
  const flow = shownFlow(run, state);
  const { fromUs, toUs } = run.span;
  return {
    ...{ label, colour },
    valueAt: async () => (many > 0 ? String(many) : '–'),
    beside: async (us) => ({
      before: run.sequence!.packets(flow, fromUs, us - 1e-3, 100_000, [kind]).at(-1)?.timeUs ?? null,
      after: run.sequence!.packets(flow, us + 1e-3, toUs, 1, [kind])[0]?.timeUs ?? null,
    }),
  };
}

interface Scales {
  readonly xOf: (us: number) => number;
  readonly yOf: (bytes: number) => number;
}

/** Segments and blocks: a line from the first byte to the last, arrows at both ends where there is room, letters where they can be read. */
function upright(
  { timeUs, from, to, count }: SequenceSpans,
  { draw, width, letter }: Drawing,
  colour: string,
  { xOf, yOf }: Scales,
): Mark[] {
  const lines: number[] = [];
  const letters: Mark[] = [];
  for (let i = 0; i < timeUs.length; i += 1) {
    const x = xOf(timeUs[i]!);
    let [bottom, top] = [yOf(from[i]!), yOf(to[i]!)];
    if (draw === 'ticks') [bottom, top] = [bottom + 3, bottom];
    // However small, it is seen.
    const least = letter ? 3 : 1;
    if (bottom - top < least) [bottom, top] = [(bottom + top) / 2 + least / 2, (bottom + top) / 2 - least / 2];
    lines.push(x, bottom, x, top, Number.NaN, Number.NaN);
    if (draw === 'arrows' && bottom - top >= ARROWS_AT && count[i] === 1) {
      lines.push(x - ARROW, top + ARROW, x, top, x + ARROW, top + ARROW, Number.NaN, Number.NaN);
      lines.push(x - ARROW, bottom - ARROW, x, bottom, x + ARROW, bottom - ARROW, Number.NaN, Number.NaN);
    }
    if (letter && timeUs.length <= MOST_LETTERS)
      letters.push({ kind: 'text', x, y: top - 3, text: letter, colour, size: 10, anchor: 'middle', weight: 600 });
  }
  return [{ kind: 'line', path: lines, colour, width }, ...letters];
}

/** Stevens' graph: the first byte of each segment. */
function dots({ timeUs, from }: SequenceSpans, colour: string, { xOf, yOf }: Scales): Mark[] {
  const path = Array.from(timeUs).flatMap((us, i) => [xOf(us), yOf(from[i]!)]);
  return [{ kind: 'shapes', shape: 'circle', path, colour, size: 4 }];
}

/** A level that holds until the next: up and down within a pixel as it was, then on at the last. */
function stairs(
  { timeUs, from, to }: SequenceSpans,
  { colour, width }: { readonly colour: string; readonly width: number },
  { xOf, yOf, area }: Scales & { readonly area: Area },
): Mark[] {
  const path: number[] = [];
  let held = Number.NaN;
  for (let i = 0; i < timeUs.length; i += 1) {
    const x = xOf(timeUs[i]!);
    if (!Number.isNaN(held)) path.push(x, held);
    path.push(x, yOf(from[i]!), x, yOf(to[i]!));
    held = yOf(to[i]!);
  }
  if (!Number.isNaN(held)) path.push(area.x + area.width, held);
  return [{ kind: 'line', path, colour, width }];
}

/** The receiver's window and what is in flight under it. */
function windowMarks(run: Run, state: ViewState, area: Area, xOf: (us: number) => number): Drawn {
  const { theme, range, sequence } = state;
  const flow = shownFlow(run, state);
  const { windows, flights } = run.sequence!.windows(flow, range.fromUs, range.toUs, area.width);
  const most = Math.max(1, ...windows.to, ...flights.to);
  const [low, high] = sequence.edges ?? [0, most * 1.06];
  const yOf = (bytes: number): number => area.y + area.height - ((bytes - low) / (high - low)) * area.height;
  const [window, flight] = [theme.series[5], theme.series[0]];
  const at = (of: SequenceSpans, us: number): string => {
    let value: number | null = null;
    for (let i = 0; i < of.timeUs.length && of.timeUs[i]! <= us; i += 1) value = of.to[i]!;
    return valueText(value, 'bytes');
  };
  const entry = (label: string, colour: string, of: SequenceSpans): KeyEntry => ({
    ...{ label, colour },
    valueAt: async (us) => at(of, us),
    beside: async (us) => ({
      before: [...of.timeUs].filter((one) => one < us).at(-1) ?? null,
      after: [...of.timeUs].find((one) => one > us) ?? null,
    }),
  });
  return {
    ...{ low, high },
    marks: [
      ...stairs(windows, { colour: window, width: 1.75 }, { xOf, yOf, area }),
      ...stairs(flights, { colour: flight, width: 1.5 }, { xOf, yOf, area }),
    ],
    key: [entry("the receiver's window", window, windows), entry('in flight', flight, flights)],
  };
}

function bytesOf(area: Area, low: number, high: number, { kind, ownBytes }: ViewState['sequence']): ValueScale {
  return {
    ...{ low, high, quantity: kind === 'window' ? 'window' : 'sequence number', unit: 'bytes' },
    at: (bytes) => area.y + area.height - ((bytes - low) / (high - low)) * area.height,
    origin: ownBytes ? low : 0,
  };
}

/** In a picture of its own: what the colours are. */
function legend(key: readonly KeyEntry[], area: Area, theme: Theme): Mark[] {
  let x = area.x;
  return key.flatMap(({ label, colour }): Mark[] => {
    const at = x;
    x += 30 + label.length * 6.2;
    return [
      { kind: 'line', path: [at, 32, at + 18, 32], colour, width: 2.5 },
      { kind: 'text', x: at + 23, y: 36, text: label, colour: theme.text, size: TEXT },
    ];
  });
}
