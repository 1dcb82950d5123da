import {
  type EventRow,
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
import type { EventKind, Run, SeriesInfo } from '../../run/index.js';
import { type KeyEntry, mountFigure, type Picture } from '../figure.js';
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
    needs: (run) => seriesOf(spec, run, new Set()).length > 0 || spec.absent,
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
  readonly info: SeriesInfo;
  readonly line: Line;
  readonly label: string;
}

/** The series a plot shows, all of a flow's together. */
function seriesOf(spec: PlotSpec, run: Run, hidden: ReadonlySet<number>): Drawn[] {
  const flows = run.flows.filter(({ id }) => !hidden.has(id)).slice(0, MOST_FLOWS);
  const shown = new Set(flows.map(({ id }) => id));
  return spec.lines.flatMap((line) =>
    run.series
      .filter(({ quantity, per, owner }) => quantity === line.quantity && (per !== 'flow' || shown.has(owner)))
      .map((info) => ({ info, line, label: `${nameOf(run, info)}${line.suffix}` })),
  );
}

/** Names that several flows share are told apart by numbers. */
export function flowName(run: Run, id: number): string {
  const flow = run.flows.find((one) => one.id === id);
  if (!flow) return `flow ${id}`;
  return run.flows.filter(({ name }) => name === flow.name).length > 1 ? `${flow.name} ${id}` : flow.name;
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
  const index = Math.max(
    0,
    run.flows.findIndex((flow) => flow.id === id),
  );
  // More than can be told apart are all one.
  if (run.flows.length > MOST_FLOWS) return { colour: theme.series[0], dash: [] };
  return { colour: seriesColour(theme, index), dash: seriesDash(index) };
}

function styleOf({ info, line }: Drawn, run: Run, theme: Theme) {
  // What belongs to no flow has no flow's colour, as long as there is one of it.
  const own =
    info.per === 'flow'
      ? flowStyle(run, info.owner, theme)
      : { colour: info.owner === 0 ? theme.text : seriesColour(theme, info.owner), dash: [] };
  return { colour: own.colour, dash: line.dash ?? own.dash, width: line.width ?? 1.75 };
}

async function content(spec: PlotSpec, run: Run, state: ViewState, pixels: number): Promise<PlotContent> {
  const { range, theme, hidden } = state;
  const curves = await Promise.all(
    seriesOf(spec, run, hidden).map(async (drawn): Promise<PlotCurve | null> => {
      const { quantity, owner, kind } = drawn.info;
      const columns = await run.source.query({ quantity, owner, ...range, pixels });
      if (!columns) return null;
      return {
        ...styleOf(drawn, run, theme),
        label: drawn.label,
        kind,
        columns,
        ...(spec.stacked ? { stacked: true } : {}),
      };
    }),
  );
  const events = await Promise.all(
    (spec.events ?? []).flatMap((kind) =>
      run.flows
        .filter(({ id }) => !hidden.has(id))
        .slice(0, MOST_FLOWS)
        .map(async ({ id }): Promise<EventRow> => {
          const { timeUs } = await run.source.events({ kind, flow: id, ...range, limit: MOST_EVENTS });
          return { shape: SHAPES[kind], timeUs, colour: flowStyle(run, id, theme).colour };
        }),
    ),
  );
  return {
    quantity: spec.quantity,
    unit: spec.unit,
    curves: curves.filter((curve) => curve !== null),
    levels: spec.levels(run),
    events,
    ...(spec.fromLeast ? { fromLeast: true } : {}),
  };
}

async function draw(spec: PlotSpec, run: Run, state: ViewState, size: Size, title?: string): Promise<PlotScene> {
  const drawn = await content(spec, run, state, Math.max(1, size.width - 68));
  const { range, theme, units } = state;
  return plotScene(drawn, { ...range, size, theme, units, ...(title === undefined ? {} : { title }) });
}

async function picture(spec: PlotSpec, run: Run, state: ViewState, size: Size): Promise<Picture> {
  const scene = await draw(spec, run, state, size);
  const key = seriesOf(spec, run, state.hidden).map((drawn): KeyEntry => {
    const { colour, dash } = styleOf(drawn, run, state.theme);
    const { quantity, owner } = drawn.info;
    return {
      ...{ label: drawn.label, colour, dash, filled: spec.stacked === true },
      valueAt: async (us) => {
        const point = await valueAt(run, drawn.info, us);
        return valueText(point, spec.unit, state.units);
      },
      beside: async (us) => {
        const { before, after } = await run.source.beside(quantity, owner, us);
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
  const drawn = seriesOf(spec, run, state.hidden);
  const columns = await Promise.all(
    drawn.map(({ info: { quantity, owner } }) => run.source.query({ quantity, owner, ...state.range, pixels: ROWS })),
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
  const { range, hidden, units } = state;
  const main = seriesOf(spec, run, hidden).filter(({ line }) => line.suffix === '');
  const said = await Promise.all(
    main.map(async ({ info: { quantity, owner }, label }) => {
      const columns = await run.source.query({ quantity, owner, ...range, pixels: 1 });
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
