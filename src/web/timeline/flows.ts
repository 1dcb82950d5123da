import {
  type Mark,
  plotArea,
  rangeText,
  type Scene,
  type Size,
  timeAxis,
  timeText,
  valueText,
} from '../../draw/index.js';
import type { Run, RunFlow } from '../../run/index.js';
import { mountFigure } from '../figure.js';
import type { KeyEntry, Picture } from '../picture.js';
import { flowName, flowStyle } from '../plots/plot-view.js';
import type { View, ViewState, ViewTable } from '../view.js';

// Each flow a bar from its start to its end, as high inside as its rate, losses and marks upon it.

const ROW = 26;
/** Of many flows. */
const LOW_ROW = 13;
const MANY = 12;
const MOST_ROWS = 40;
/** Of a row, between it and the next. */
const GAP = 0.2;
const SIZE = 7;
const MOST_EVENTS = 20_000;
const BELOW = 34;

const HAPPENINGS = [
  { kind: 'mark', shape: 'diamond', many: 'ECN marks' },
  { kind: 'retransmission', shape: 'letter', many: 'retransmissions' },
  { kind: 'loss', shape: 'cross', many: 'packets lost' },
  { kind: 'timeout', shape: 'triangle', many: 'timeouts' },
] as const;

export const flowsView: View = {
  id: 'flows',
  title: 'Flows',
  key: '1',
  needs: (run) => run.flows.length > 0 || 'there is no flow in it',
  mount: (host, context) =>
    mountFigure(host, flowsView, context, {
      heightPx: heightOf,
      onClick: ({ run, onFlow }, _x, y) => {
        const area = plotArea({ width: 0, height: heightOf(run) });
        const flow = run.flows.slice(0, MOST_ROWS)[
          Math.floor((y - area.y) / (area.height / Math.min(MOST_ROWS, run.flows.length)))
        ];
        if (flow) onFlow?.(flow.id);
      },
      picture,
    }),
  async table(run, { range, units }): Promise<ViewTable> {
    const span = range.toUs - range.fromUs;
    const instant = (us: number | null): string => (us === null ? '–' : timeText(us, span));
    return {
      columns: [
        'flow',
        'algorithm',
        'start',
        'end',
        'goodput',
        'mean RTT',
        'p95 RTT',
        'sent',
        'lost',
        'resent',
        'timeouts',
        'marks',
      ],
      rows: run.flows.map(({ id, algorithm, startUs, endUs, totals: t }) => [
        ...[flowName(run, id), algorithm ?? '–', instant(startUs), instant(endUs)],
        ...[
          valueText(t.goodputBytesPerSecond, 'bytes/s', units),
          valueText(t.meanRttUs, 'us'),
          valueText(t.p95RttUs, 'us'),
        ],
        ...[
          valueText(t.packetsSent, 'packets'),
          valueText(t.packetsLost, 'packets'),
          valueText(t.retransmissions, 'segments'),
        ],
        ...[valueText(t.timeouts, 'none'), valueText(t.marks, 'packets')],
      ]),
    };
  },
  async describe(run, { range }) {
    const active = run.flows.filter((flow) => overlaps(flow, range));
    const ended = active.filter(({ endUs }) => endUs !== null && endUs <= range.toUs).length;
    const counts = await Promise.all(
      HAPPENINGS.map(async ({ kind, many }) => {
        const { times } = await run.source.events({ kind, flow: null, ...range, limit: MOST_EVENTS });
        return { many, count: times.reduce((sum, value) => sum + value, 0) };
      }),
    );
    const happened = counts.filter(({ count }) => count > 0).map(({ many, count }) => `; ${count} ${many}`);
    return `${active.length} of ${run.flows.length} flows within ${rangeText(range.fromUs, range.toUs)}, of which ${ended} ended${happened.join('')}.`;
  },
  scene: async (run, state, size) => (await picture(run, state, size)).scene,
};

function heightOf({ flows }: Run): number {
  return Math.min(MOST_ROWS, flows.length) * (flows.length > MANY ? LOW_ROW : ROW) + BELOW;
}

function overlaps({ startUs, endUs }: RunFlow, { fromUs, toUs }: ViewState['range']): boolean {
  return startUs !== null && startUs <= toUs && (endUs === null || endUs >= fromUs);
}

async function picture(run: Run, state: ViewState, size: Size): Promise<Picture> {
  const { range, theme, hidden } = state;
  const area = plotArea(size);
  const perUs = area.width / (range.toUs - range.fromUs);
  const xOf = (us: number): number => area.x + (us - range.fromUs) * perUs;
  const timeOf = (x: number): number => range.fromUs + (x - area.x) / perUs;
  const flows = run.flows.slice(0, MOST_ROWS);
  const rates = await Promise.all(
    flows.map(({ id }) =>
      run.source.query({
        quantity: 'deliveryRate',
        owner: id,
        ...range,
        pixels: Math.max(1, Math.floor(area.width / 2)),
      }),
    ),
  );
  const most = Math.max(1, ...rates.flatMap((one) => (one ? [...one.max].filter(Number.isFinite) : [])));
  const row = area.height / Math.max(1, flows.length);
  const bars = await Promise.all(
    flows.map(async (flow, i): Promise<Mark[]> => {
      const top = area.y + i * row;
      const height = Math.max(2, row * (1 - GAP));
      const { colour } = flowStyle(run, flow.id, theme);
      if (flow.startUs === null) return [];
      const from = xOf(flow.startUs);
      const to = xOf(flow.endUs ?? run.span.toUs);
      const faint = hidden.has(flow.id) ? 0.35 : 1;
      const marks: Mark[] = [
        { kind: 'rect', x: from, y: top, width: Math.max(2, to - from), height, colour, alpha: 0.18 * faint },
        { kind: 'rect', x: from, y: top, width: 2, height, colour, alpha: faint },
      ];
      if (flow.endUs !== null) marks.push({ kind: 'rect', x: to - 2, y: top, width: 2, height, colour, alpha: faint });
      const rate = rates[i];
      if (rate) {
        const width = area.width / rate.count.length;
        const path: number[] = [area.x, top + height];
        let value = 0;
        for (let column = 0; column < rate.count.length; column += 1) {
          if (rate.count[column]! > 0) value = rate.last[column]!;
          else if (rate.unknown[column]! > 0) value = 0;
          const y = top + height - (value / most) * (height - 2);
          path.push(area.x + column * width, y, area.x + (column + 1) * width, y);
        }
        path.push(area.x + area.width, top + height);
        marks.push({ kind: 'area', path, colour, alpha: 0.55 * faint });
      }
      for (const { kind, shape } of HAPPENINGS) {
        const { timeUs } = await run.source.events({ kind, flow: flow.id, ...range, limit: MOST_EVENTS });
        const path: number[] = [];
        let last = Number.NEGATIVE_INFINITY;
        for (const us of timeUs) {
          const x = xOf(us);
          if (x - last < SIZE + 1) continue;
          path.push(x, top + height / 2);
          last = x;
        }
        if (path.length > 0) marks.push({ kind: 'shapes', shape, path, colour: theme.text, size: SIZE });
      }
      return marks;
    }),
  );
  const labels = flows.map(
    (flow, i): Mark => ({
      ...{ kind: 'text', x: area.x - 6, y: area.y + i * row + (row * (1 - GAP)) / 2 + 4, anchor: 'end', size: 11 },
      ...{ text: short(flowName(run, flow.id)), colour: hidden.has(flow.id) ? theme.muted : theme.text },
    }),
  );
  const scene: Scene = {
    ...{ width: size.width, height: size.height, area },
    marks: [...timeAxis(area, { ...range, xOf }, theme), { kind: 'clip', area, marks: bars.flat() }, ...labels],
  };
  const key =
    flows.length > MANY
      ? []
      : flows.map((flow): KeyEntry => {
          const { colour } = flowStyle(run, flow.id, theme);
          return {
            ...{ label: flowName(run, flow.id), colour, filled: true },
            valueAt: async (us) => {
              const point = (await run.source.beside('deliveryRate', flow.id, us)).after;
              const on = flow.startUs !== null && us >= flow.startUs && (flow.endUs === null || us <= flow.endUs);
              return on ? valueText(point?.value ?? null, 'bytes/s', state.units) : '–';
            },
            beside: async (us) => {
              const events = [flow.startUs, flow.endUs].filter((at) => at !== null);
              return {
                before: events.filter((at) => at < us).at(-1) ?? null,
                after: events.find((at) => at > us) ?? null,
              };
            },
          };
        });
  return { scene, key, scale: { timeOf, xOf, left: area.x, right: area.x + area.width } };
}

/** What finds room beside the axis: the number of a numbered name, else its beginning. */
function short(name: string): string {
  const [, number] = /^(\d+): /.exec(name) ?? [];
  return number ?? (name.length > 8 ? `${name.slice(0, 7)}…` : name);
}
