import {
  type EventRow,
  type Level,
  type PlotContent,
  type PlotCurve,
  type PlotScene,
  plotScene,
  rangeText,
  type Shape,
  type Size,
  scaledUnit,
  timeText,
  valueText,
} from '../../draw/index.js';
import { seriesColour, seriesDash, type Theme } from '../../palette/index.js';
import { type EventKind, pairedFlows, type Run, type SeriesInfo } from '../../run/index.js';
import { mountFigure } from '../figure.js';
import type { KeyEntry, Picture } from '../picture.js';
import type { View, ViewState, ViewTable } from '../view.js';
import type { Line, PlotSpec } from './spec.js';

/** Flows drawn at once: as many as there are styles. */
const MOST_FLOWS = 18;
const HEIGHT = 190;
const MOST_EVENTS = 20_000;
/** Rows of a table: instants a plot is sampled at. */
const ROWS = 200;

const SHAPES: Readonly<Record<EventKind, Shape>> = {
  loss: 'cross',
  mark: 'diamond',
  timeout: 'triangle',
  retransmission: 'letter',
  note: 'flag',
};

/** A view out of a line of the table. */
export function plotView(spec: PlotSpec): View {
  const view: View = {
    id: spec.id,
    title: spec.title,
    key: spec.key,
    needs: (run) => seriesOf(spec, run, new Set(), '').length > 0 || spec.absent,
    mount: (host, context) =>
      mountFigure(host, view, context, {
        heightPx: () => HEIGHT,
        picture: (run, state, size) => picture(spec, run, state, size),
      }),
    table: (run, state) => table(spec, run, state),
    describe: (run, state) => describe(spec, run, state),
    scene: (run, state, size) => draw(spec, run, state, size, spec.title),
  };
  return view;
}

interface Drawn {
  readonly run: Run;
  /** Of a comparison: A is pinned, B is laid over it. */
  readonly side: Side;
  readonly info: SeriesInfo;
  readonly line: Line;
  readonly label: string;
}

type Side = '' | 'A' | 'B';

/** Laid over another: a curve of its own kind, whatever its colour. */
const OVER = { dash: [5, 3], alpha: 0.72 } as const;

/** The series a plot shows: of the run, or of both that are compared, of which only what the plot is about is drawn. */
function drawnOf(spec: PlotSpec, run: Run, { hidden, pinned }: ViewState): Drawn[] {
  if (pinned === null || pinned === run) return seriesOf(spec, run, hidden, '');
  const paired = pairedFlows(pinned, run);
  const hiddenInA = new Set(pinned.flows.map(({ id }) => id).filter((id) => hidden.has(paired.get(id) ?? -1)));
  return [...seriesOf(spec, pinned, hiddenInA, 'A'), ...seriesOf(spec, run, hidden, 'B')].filter(
    ({ line }) => line.suffix === '',
  );
}

/** The series of one run, all of a flow's together. */
function seriesOf(spec: PlotSpec, run: Run, hidden: ReadonlySet<number>, side: Side): Drawn[] {
  const before = side === '' ? '' : `${side}: `;
  const flows = run.flows.filter(({ id }) => !hidden.has(id)).slice(0, MOST_FLOWS);
  const shown = new Set(flows.map(({ id }) => id));
  return spec.lines.flatMap((line) =>
    run.series
      .filter(({ quantity, per, owner }) => quantity === line.quantity && (per !== 'flow' || shown.has(owner)))
      .map((info) => ({ run, side, info, line, label: `${before}${nameOf(run, info)}${line.suffix}` })),
  );
}

interface Names {
  readonly nameOf: ReadonlyMap<number, string>;
  readonly indexOf: ReadonlyMap<number, number>;
}

/** By the list of flows, which a run that grows keeps: many flows are asked for often. */
const named = new WeakMap<Run['flows'], Names>();

function namesOf({ flows }: Run): Names {
  const known = named.get(flows);
  if (known) return known;
  const times = new Map<string, number>();
  for (const { name } of flows) times.set(name, (times.get(name) ?? 0) + 1);
  const names: Names = {
    nameOf: new Map(flows.map(({ id, name }) => [id, times.get(name)! > 1 ? `${name} ${id}` : name])),
    indexOf: new Map(flows.map(({ id }, index) => [id, index])),
  };
  named.set(flows, names);
  return names;
}

/** Names that several flows share are told apart by numbers. */
export function flowName(run: Run, id: number): string {
  return namesOf(run).nameOf.get(id) ?? `flow ${id}`;
}

function nameOf(run: Run, { per, owner }: SeriesInfo): string {
  if (per === 'flow') return flowName(run, owner);
  return per === 'link' ? (run.links.find(({ id }) => id === owner)?.name ?? `link ${owner}`) : 'all packets';
}

/** A flow has the same colour and dash in every view of a run. */
export function flowStyle(
  run: Run,
  id: number,
  theme: Theme,
): { readonly colour: string; readonly dash: readonly number[] } {
  const index = namesOf(run).indexOf.get(id) ?? 0;
  // More than can be told apart are all one.
  if (run.flows.length > MOST_FLOWS) return { colour: theme.series[0], dash: [] };
  return { colour: seriesColour(theme, index), dash: seriesDash(index) };
}

/** A flow of B has the colour of its like in A; one without has the next that is free. */
export function styleOver(a: Run, b: Run, id: number, theme: Theme): ReturnType<typeof flowStyle> {
  const like = [...pairedFlows(a, b)].find(([, other]) => other === id)?.[0];
  if (like !== undefined) return flowStyle(a, like, theme);
  const index = b.flows.findIndex((flow) => flow.id === id);
  return { colour: seriesColour(theme, a.flows.length + Math.max(0, index)), dash: [] };
}

function styleOf({ run, side, info, line }: Drawn, { theme, pinned }: ViewState) {
  // What belongs to no flow has no flow's colour, as long as there is one of it.
  const own =
    info.per === 'flow'
      ? side === 'B'
        ? styleOver(pinned!, run, info.owner, theme)
        : flowStyle(run, info.owner, theme)
      : { colour: info.owner === 0 ? theme.text : seriesColour(theme, info.owner), dash: [] };
  const width = line.width ?? 1.75;
  if (side === 'B') return { colour: own.colour, width, ...OVER };
  return { colour: own.colour, dash: line.dash ?? own.dash, width };
}

async function content(spec: PlotSpec, run: Run, state: ViewState, pixels: number): Promise<PlotContent> {
  const { range, pinned } = state;
  const all = drawnOf(spec, run, state);
  const isCompared = all.some(({ side }) => side !== '');
  const curves = await Promise.all(
    all.map(async (drawn): Promise<PlotCurve | null> => {
      const { quantity, owner, kind } = drawn.info;
      const columns = await drawn.run.source.query({ quantity, owner, ...range, pixels });
      if (!columns) return null;
      return {
        ...styleOf(drawn, state),
        label: drawn.label,
        kind,
        columns,
        // Areas of two runs would hide one another.
        ...(spec.stacked && !isCompared ? { stacked: true } : {}),
      };
    }),
  );
  const sides = isCompared ? [pinned!, run] : [run];
  const events = await Promise.all(
    sides.flatMap((one, row) => (spec.events ?? []).map((kind) => eventRows(kind, one, row, state))),
  );
  return {
    quantity: spec.quantity,
    unit: spec.unit,
    curves: curves.filter((curve) => curve !== null),
    levels: isCompared ? bothLevels(spec.levels(pinned!), spec.levels(run)) : spec.levels(run),
    events: events.flat(),
    ...(spec.fromLeast ? { fromLeast: true } : {}),
    ...(spec.unit === 'us' && state.logRtt ? { log: true } : {}),
  };
}

/** Events of a kind, a row of shapes for each flow; those of B stand below those of A. */
async function eventRows(kind: EventKind, run: Run, row: number, state: ViewState): Promise<EventRow[]> {
  const { range, theme, hidden, pinned } = state;
  const flows = run.flows.filter(({ id }) => run === pinned || !hidden.has(id)).slice(0, MOST_FLOWS);
  return Promise.all(
    flows.map(async ({ id }): Promise<EventRow> => {
      const { timeUs } = await run.source.events({ kind, flow: id, ...range, limit: MOST_EVENTS });
      const { colour } = row > 0 ? styleOver(pinned!, run, id, theme) : flowStyle(run, id, theme);
      return { shape: SHAPES[kind], timeUs, colour, row };
    }),
  );
}

/** What both have stands once. */
function bothLevels(a: readonly Level[], b: readonly Level[]): Level[] {
  const isIn = (all: readonly Level[], one: Level): boolean =>
    all.some(({ label, value }) => label === one.label && value === one.value);
  return [
    ...a.map((one) => (isIn(b, one) ? one : { ...one, label: `A: ${one.label}` })),
    ...b.filter((one) => !isIn(a, one)).map((one) => ({ ...one, label: `B: ${one.label}` })),
  ];
}

async function draw(spec: PlotSpec, run: Run, state: ViewState, size: Size, title?: string): Promise<PlotScene> {
  const drawn = await content(spec, run, state, Math.max(1, size.width - 68));
  const { range, theme, units } = state;
  return plotScene(drawn, { ...range, size, theme, units, ...(title === undefined ? {} : { title }) });
}

async function picture(spec: PlotSpec, run: Run, state: ViewState, size: Size): Promise<Picture> {
  const scene = await draw(spec, run, state, size);
  const key = drawnOf(spec, run, state).map((drawn): KeyEntry => {
    const { colour, dash } = styleOf(drawn, state);
    const { quantity, owner } = drawn.info;
    return {
      ...{ label: drawn.label, colour, dash, filled: spec.stacked === true && drawn.side === '' },
      valueAt: async (us) => {
        const point = await valueAt(drawn.run, drawn.info, us);
        return valueText(point, spec.unit, state.units);
      },
      beside: async (us) => {
        const { before, after } = await drawn.run.source.beside(quantity, owner, us);
        return { before: before?.timeUs ?? null, after: after?.timeUs ?? null };
      },
    };
  });
  const { area, timeOf, xOf } = scene;
  return { scene, key, scale: { timeOf, xOf, left: area.x, right: area.x + area.width } };
}

/** What the curve says at an instant; null before its first sample, in a gap, and after its last. */
async function valueAt(run: Run, { quantity, owner, kind }: SeriesInfo, us: number): Promise<number | null> {
  const { before, after } = await run.source.beside(quantity, owner, us);
  const here = await run.source.at(quantity, owner, us);
  if (here?.timeUs === us) return here.value;
  // A bin's value is that of the time before its end.
  const told = kind === 'bin' ? after : before;
  if (!told || !before || !after) return null;
  const between = await run.source.query({ quantity, owner, fromUs: before.timeUs, toUs: after.timeUs, pixels: 1 });
  return between && between.unknown[0]! > 0 ? null : told.value;
}

async function table(spec: PlotSpec, run: Run, state: ViewState): Promise<ViewTable> {
  const drawn = drawnOf(spec, run, state);
  const columns = await Promise.all(
    drawn.map(({ run: of, info: { quantity, owner } }) =>
      of.source.query({ quantity, owner, ...state.range, pixels: ROWS }),
    ),
  );
  const most = Math.max(0, ...columns.flatMap((one) => (one ? [...one.max].filter(Number.isFinite) : [])));
  const { label, factor } = scaledUnit(spec.unit, most, state.units);
  const span = state.range.toUs - state.range.fromUs;
  const rows: string[][] = [];
  for (let i = 0; i < ROWS; i += 1) {
    if (columns.every((one) => !one?.count[i])) continue;
    const us = Math.max(...columns.map((one) => one?.lastUs[i] ?? Number.NaN).filter(Number.isFinite));
    rows.push([
      timeText(us, span),
      ...columns.map((one) => (one?.count[i] ? (one.last[i]! * factor).toFixed(most * factor < 10 ? 3 : 1) : '–')),
    ]);
  }
  return { columns: ['time', ...drawn.map((one) => (label ? `${one.label}, ${label}` : one.label))], rows };
}

async function describe(spec: PlotSpec, run: Run, state: ViewState): Promise<string> {
  const { range, units } = state;
  const main = drawnOf(spec, run, state).filter(({ line }) => line.suffix === '');
  const said = await Promise.all(
    main.map(async ({ run: of, info: { quantity, owner }, label }) => {
      const columns = await of.source.query({ quantity, owner, ...range, pixels: 1 });
      if (!columns?.count[0]) return { label, low: null, high: null };
      return { label, low: columns.min[0]!, high: columns.max[0]! };
    }),
  );
  const value = (of: number | null): string => valueText(of, spec.unit, units);
  const known = said.filter(({ low }) => low !== null);
  const times = rangeText(range.fromUs, range.toUs);
  const counts = await Promise.all(
    (spec.events ?? []).map(async (kind) => {
      const { times: each } = await run.source.events({ kind, flow: null, ...range, limit: MOST_EVENTS });
      return { kind, count: each.reduce((sum, many) => sum + many, 0) };
    }),
  );
  const happened = counts.filter(({ count }) => count > 0).map(({ kind, count }) => `${count} ${WORDS[kind]}`);
  const tail = happened.length > 0 ? `; ${happened.join(', ')}` : '';
  if (known.length === 0) return `${spec.title}, ${times}: nothing is known here${tail}.`;
  if (known.length > 3) {
    const low = Math.min(...known.map((one) => one.low!));
    const high = Math.max(...known.map((one) => one.high!));
    return `${spec.title} of ${known.length} flows, ${times}: between ${value(low)} and ${value(high)}${tail}.`;
  }
  return `${spec.title}, ${times}: ${known.map(({ label, low, high }) => `${label} between ${value(low)} and ${value(high)}`).join(', ')}${tail}.`;
}

const WORDS: Readonly<Record<EventKind, string>> = {
  loss: 'packets lost',
  mark: 'ECN marks',
  timeout: 'timeouts',
  retransmission: 'retransmissions',
  note: 'notes',
};
