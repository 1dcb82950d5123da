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
import type { Theme } from '../../palette/index.js';
import type { Run, RunLimit } from '../../run/index.js';
import { mountFigure } from '../figure.js';
import type { KeyEntry, Picture } from '../picture.js';
import { flowName } from '../plots/plot-view.js';
import type { View, ViewState, ViewTable } from '../view.js';

// What kept each flow from sending more, as a bar of causes over time. Words stand in the bar where there is room, so that colours only repeat them.

const ROW = 34;
const BELOW = 34;
const LETTER = 6.2;

type Cause = RunLimit['cause'];

const CAUSES: readonly { readonly cause: Cause; readonly word: string; readonly colour: (theme: Theme) => string }[] = [
  { cause: 'congestion-window', word: 'congestion window', colour: ({ series }) => series[0] },
  { cause: 'startup', word: 'slow start', colour: ({ series }) => series[2] },
  { cause: 'recovery', word: 'repair of losses', colour: ({ series }) => series[1] },
  { cause: 'receive-window', word: "receiver's window", colour: ({ series }) => series[4] },
  { cause: 'pacing', word: 'pacing', colour: ({ series }) => series[3] },
  { cause: 'application', word: 'no data', colour: ({ series }) => series[5] },
  { cause: 'unknown', word: 'not known', colour: ({ muted }) => muted },
];
const WORD = new Map(CAUSES.map(({ cause, word }) => [cause, word]));

export const limitsView: View = {
  id: 'limits',
  title: 'What limited the flow',
  key: 'Shift+W',
  needs: (run) =>
    (run.limits?.length ?? 0) > 0 ||
    (run.provenance.source === 'capture'
      ? 'it is told of one connection with data: open one'
      : 'it is told of captures only'),
  mount: (host, context) =>
    mountFigure(host, limitsView, context, {
      heightPx: (run) => rowsOf(run).length * ROW + BELOW,
      picture: (run, state, size) => picture(run, state, size),
      pointedAt: ({ run, state }, x, y, { picture: now }) => {
        if (!now) return '';
        const us = now.scale.timeOf(x);
        const row = rowsOf(run)[Math.floor((y - now.scene.area.y) / ROW)];
        const found = run.limits!.find(({ flow, fromUs, toUs }) => flow === row && us >= fromUs && us < toUs);
        return found ? limitText(found, state.get()) : '';
      },
    }),
  async table(run, state): Promise<ViewTable> {
    const span = state.range.toUs - state.range.fromUs;
    return {
      columns: ['from', 'to', 'flow', 'limited by', 'for', 'rounds', 'sent', 'resent'],
      rows: within(run, state).map((one) => [
        ...[timeText(one.fromUs, span), timeText(one.toUs, span), flowName(run, one.flow), WORD.get(one.cause)!],
        ...[
          valueText(one.toUs - one.fromUs, 'us'),
          String(one.rounds),
          valueText(one.sentBytes, 'bytes'),
          String(one.resentPackets),
        ],
      ]),
    };
  },
  async describe(run, state) {
    const said = rowsOf(run).map((flow) => {
      const shares = sharesOf(run, state, flow).filter(({ share }) => share >= 0.005);
      const text = shares.map(({ cause, share }) => `${WORD.get(cause)} ${Math.round(share * 100)} %`).join(', ');
      return `${flowName(run, flow)}: ${text || 'nothing in this time'}`;
    });
    return `What limited the flow, ${rangeText(state.range.fromUs, state.range.toUs)}, by time: ${said.join('; ')}.`;
  },
  scene: async (run, state, size) => (await picture(run, state, size, 'What limited the flow')).scene,
};

function rowsOf({ limits = [] }: Run): number[] {
  return [...new Set(limits.map(({ flow }) => flow))];
}

function within({ limits = [] }: Run, { range }: ViewState): RunLimit[] {
  return limits.filter(({ fromUs, toUs }) => toUs > range.fromUs && fromUs < range.toUs);
}

/** Shares of the time that is told of, the greatest first. */
function sharesOf(run: Run, state: ViewState, of: number): { readonly cause: Cause; readonly share: number }[] {
  const { fromUs, toUs } = state.range;
  const sums = new Map<Cause, number>();
  for (const one of within(run, state))
    if (one.flow === of)
      sums.set(one.cause, (sums.get(one.cause) ?? 0) + Math.min(one.toUs, toUs) - Math.max(one.fromUs, fromUs));
  const whole = [...sums.values()].reduce((sum, us) => sum + us, 0);
  return [...sums]
    .map(([cause, us]) => ({ cause, share: whole > 0 ? us / whole : 0 }))
    .sort((a, b) => b.share - a.share);
}

function limitText({ cause, fromUs, toUs, resentPackets }: RunLimit, { range }: ViewState): string {
  const resent = resentPackets > 0 ? `, ${resentPackets} resent` : '';
  return `${WORD.get(cause)}, ${rangeText(fromUs, Math.min(toUs, Math.max(toUs, range.fromUs)))} (${valueText(toUs - fromUs, 'us')}${resent})`;
}

async function picture(run: Run, state: ViewState, size: Size, title?: string): Promise<Picture> {
  const { range, theme } = state;
  const area = plotArea(size, title !== undefined);
  const perUs = area.width / (range.toUs - range.fromUs);
  const xOf = (us: number): number => area.x + (us - range.fromUs) * perUs;
  const timeOf = (x: number): number => range.fromUs + (x - area.x) / perUs;
  const rows = rowsOf(run);
  const height = area.height / Math.max(1, rows.length);
  const bars = within(run, state).flatMap(({ flow, cause, fromUs, toUs }): Mark[] => {
    const y = area.y + rows.indexOf(flow) * height + 3;
    const [from, to] = [Math.max(area.x, xOf(fromUs)), Math.min(area.x + area.width, xOf(toUs))];
    const { word, colour } = CAUSES.find((one) => one.cause === cause)!;
    const fits = to - from > word.length * LETTER + 10;
    return [
      // However short, it is seen.
      {
        kind: 'rect',
        x: from,
        y,
        width: Math.max(1, to - from - 1),
        height: height - 8,
        colour: colour(theme),
        alpha: fits ? 0.28 : 0.85,
      },
      ...(fits
        ? [
            { kind: 'rect' as const, x: from, y, width: 3, height: height - 8, colour: colour(theme) },
            {
              kind: 'text' as const,
              x: from + 8,
              y: y + (height - 8) / 2 + 4,
              text: word,
              colour: theme.text,
              size: 11,
            },
          ]
        : []),
    ];
  });
  const labels = rows.map(
    (flow, i): Mark => ({
      ...{ kind: 'text', x: area.x - 6, y: area.y + i * height + height / 2 + 2, anchor: 'end', size: 11 },
      ...{ text: flow === 0 ? 'there' : 'back', colour: theme.text },
    }),
  );
  const scene: Scene = {
    ...{ width: size.width, height: size.height, area },
    marks: [
      ...timeAxis(area, { ...range, xOf }, theme),
      { kind: 'clip', area, marks: bars },
      ...labels,
      ...(title === undefined
        ? []
        : [{ kind: 'text' as const, x: area.x, y: 18, text: title, colour: theme.text, size: 13, weight: 600 }]),
    ],
  };
  const known = new Set(run.limits!.map(({ cause }) => cause));
  const key = CAUSES.filter(({ cause }) => known.has(cause)).map(({ cause, word, colour }): KeyEntry => {
    const ends = run.limits!.filter((one) => one.cause === cause).map(({ fromUs }) => fromUs);
    const share = rows.map((flow) => sharesOf(run, state, flow).find((one) => one.cause === cause)?.share ?? 0);
    return {
      ...{ label: word, colour: colour(theme), filled: true },
      valueAt: async () => `${share.map((one) => `${Math.round(one * 100)} %`).join(', ')}`,
      beside: async (us) => ({
        before: ends.filter((at) => at < us).at(-1) ?? null,
        after: ends.find((at) => at > us) ?? null,
      }),
    };
  });
  return { scene, key, scale: { timeOf, xOf, left: area.x, right: area.x + area.width } };
}
