import { rangeText, timeText } from '../../draw/index.js';
import {
  type Run,
  SEQUENCE_KINDS,
  type SequenceKind,
  type SequencePacket,
  type SequenceQuery,
} from '../../run/index.js';
import { mountFigure, type Shown } from '../figure.js';
import { moved, type VerticalGestures, zoomed } from '../gestures.js';
import { flowName } from '../plots/plot-view.js';
import type { SequenceState, View, ViewContext, ViewState, ViewTable } from '../view.js';
import { picture, queryOf, shownFlow } from './picture.js';
import { WORDS } from './words.js';

// Wireshark's stream graphs and tcptrace's in one: its keys mean here what they mean there.

const HEIGHT = 360;
const MOST_ROWS = 500;
const REACH = 7;
const STEP = 1.25;
const PAN_PX = 10;
/** What somebody looks for. */
const NOTABLE: readonly SequenceKind[] = [
  'retransmission',
  'spurious',
  'lost-before',
  'reordered',
  'duplicate-sack',
  'gap',
];

export const sequenceView: View = {
  id: 'sequence',
  title: 'Time–sequence graph',
  key: '9',
  needs: (run) =>
    (run.sequence?.flows.length ?? 0) > 0 ||
    (run.provenance.source === 'capture'
      ? 'it is of one connection: open one'
      : 'single packets are known of captures only'),
  mount: (host, context) =>
    mountFigure(host, sequenceView, context, {
      heightPx: () => HEIGHT,
      picture,
      vertical,
      onKey,
      pointedAt: ({ run, state }, x, y, { picture: now }) => {
        const packet = packetAt(run, state.get(), x, y, now);
        return packet ? packetText(packet, state.get()) : '';
      },
      onClick: (now, x, y, figure) => {
        const packet = packetAt(now.run, now.state.get(), x, y, figure.picture);
        if (packet) openList(now, packet, figure);
      },
    }),
  table,
  async describe(run, state) {
    const { range } = state;
    const flow = shownFlow(run, state);
    const counts = run.sequence!.counts(flow, range.fromUs, range.toUs);
    const said = SEQUENCE_KINDS.filter((kind) => kind !== 'in-flight' && kind !== 'window' && (counts[kind] ?? 0) > 0)
      .reverse()
      .map((kind) => `${counts[kind]} ${counts[kind] === 1 ? WORDS[kind].one : WORDS[kind].many}`);
    return `Time–sequence graph of ${flowName(run, flow)}, ${rangeText(range.fromUs, range.toUs)}: ${said.join(', ') || 'no packets'}.`;
  },
  scene: async (run, state, size) =>
    (await picture(run, state, size, `Time–sequence graph, ${flowName(run, shownFlow(run, state))}`)).scene,
};

function packetAt(run: Run, state: ViewState, x: number, y: number, now: Shown['picture']): SequencePacket | null {
  if (!now || !run.sequence) return null;
  const { area } = now.scene;
  return run.sequence.nearest(queryOf(run, state, area), x - area.x, y - area.y, REACH);
}

/** The packets of what is shown; where they are more than a table holds, those about the pointer, or those somebody looks for. */
function packetsOf(run: Run, state: ViewState): readonly SequencePacket[] {
  const { range, hoverUs } = state;
  const flow = shownFlow(run, state);
  const all = run.sequence!.packets(flow, range.fromUs, range.toUs, MOST_ROWS + 1);
  if (all.length <= MOST_ROWS) return all;
  if (hoverUs === null) {
    const notable = run.sequence!.packets(flow, range.fromUs, range.toUs, MOST_ROWS, NOTABLE);
    return notable.length > 0 ? notable : all.slice(0, MOST_ROWS);
  }
  for (let us = (range.toUs - range.fromUs) / 2; us > 1; us /= 2) {
    const near = run.sequence!.packets(flow, hoverUs - us, hoverUs + us, MOST_ROWS + 1);
    if (near.length <= MOST_ROWS) return near;
  }
  return run.sequence!.packets(flow, hoverUs - 1, range.toUs, MOST_ROWS);
}

async function table(run: Run, state: ViewState): Promise<ViewTable> {
  const span = Math.min(state.range.toUs - state.range.fromUs, 1000);
  return {
    columns: ['time', 'what', 'first byte', 'to byte', 'bytes'],
    rows: packetsOf(run, state).map(({ timeUs, kind, from, to }) => [
      ...[timeText(timeUs, span), WORDS[kind].one, String(from), String(to), to > from ? String(to - from) : '–'],
    ]),
  };
}

/** The packet list, at a packet. */
function openList({ run, state }: ViewContext, packet: SequencePacket, figure: Shown): void {
  state.set({ hoverUs: packet.timeUs });
  const row = packetsOf(run, state.get()).findIndex(({ index }) => index === packet.index);
  figure.openTable(Math.max(0, row));
}

function packetText({ timeUs, kind, from, to }: SequencePacket, { range }: ViewState): string {
  const bytes = to > from ? `, bytes ${from} to ${to} (${to - from})` : `, byte ${from}`;
  return `${timeText(timeUs, Math.min(range.toUs - range.fromUs, 1e4))} ${WORDS[kind].one}${bytes}`;
}

/** Drags move both ways, the wheel zooms both. */
function vertical({ state }: ViewContext, figure: Shown): VerticalGestures {
  let began: { readonly y: number; readonly edges: readonly [number, number] } | undefined;
  return {
    begin(y) {
      const edges = edgesOf(figure);
      began = edges ? { y, edges } : undefined;
    },
    pan(y) {
      const area = figure.picture?.scene.area;
      if (!began || !area || Math.abs(y - began.y) < 3) return;
      const perPixel = (began.edges[1] - began.edges[0]) / area.height;
      const by = (y - began.y) * perPixel;
      change(state, { edges: [began.edges[0] + by, began.edges[1] + by] });
    },
    zoom(factor, y) {
      const area = figure.picture?.scene.area;
      if (area) zoomBytes(state, figure, factor, 1 - (y - area.y) / area.height);
    },
    dragZooms: () => state.get().sequence.dragZooms,
  };
}

function edgesOf({ picture: now }: Shown): readonly [number, number] | null {
  const scene = now?.scene as { readonly edges?: readonly [number, number] } | undefined;
  return scene?.edges ?? null;
}

function zoomBytes(state: ViewContext['state'], figure: Shown, factor: number, share: number): void {
  const edges = edgesOf(figure);
  if (!edges) return;
  const [low, high] = edges;
  const about = low + (high - low) * Math.min(1, Math.max(0, share));
  const wide = Math.max(1, (high - low) * factor);
  change(state, { edges: [about - wide * share, about + wide * (1 - share)] });
}

function change(state: ViewContext['state'], to: Partial<SequenceState>): void {
  state.set({ sequence: { ...state.get().sequence, ...to } });
}

function onKey(event: KeyboardEvent, context: ViewContext, figure: Shown): boolean {
  const { run, state, onRange } = context;
  const { range, hoverUs, sequence } = state.get();
  const area = figure.picture?.scene.area;
  if (!area) return false;
  const middle = hoverUs ?? (range.fromUs + range.toUs) / 2;
  const zoomTime = (factor: number): void => onRange(zoomed(range, run.span, factor, middle), false);
  const pan = (x: number, y: number): void => {
    const px = event.shiftKey ? 1 : PAN_PX;
    if (x !== 0) onRange(moved(range, run.span, ((range.toUs - range.fromUs) / area.width) * px * x), false);
    const edges = edgesOf(figure);
    if (y !== 0 && edges) {
      const by = ((edges[1] - edges[0]) / area.height) * px * y;
      change(state, { edges: [edges[0] + by, edges[1] + by] });
    }
    figure.say(`${rangeText(range.fromUs, range.toUs)}`);
  };
  const turn = (by: number): void => {
    const flows = run.sequence!.flows;
    const at = flows.indexOf(shownFlow(run, state.get()));
    const flow = flows[(at + by + flows.length) % flows.length]!;
    change(state, { flow, edges: null });
    figure.say(flowName(run, flow));
  };
  const kind = (to: SequenceState['kind'], name: string): void => {
    change(state, { kind: to, edges: null });
    figure.say(name);
  };
  const goTo = (view: string): void =>
    document.querySelector<HTMLElement>(`[data-view="${view}"] .view-surface`)?.focus();
  const step = (forward: boolean): void => {
    const query = run.sequence!.packets(
      ...([shownFlow(run, state.get()), forward ? (hoverUs ?? range.fromUs - 1) + 1e-3 : range.fromUs] as const),
      ...([forward ? range.toUs : (hoverUs ?? range.toUs + 1) - 1e-3, forward ? 1 : MOST_ROWS, NOTABLE] as const),
    );
    const packet = forward ? query[0] : query.at(-1);
    if (!packet) {
      figure.say('no other');
      return;
    }
    state.set({ hoverUs: packet.timeUs });
    figure.say(packetText(packet, state.get()));
  };
  const zoomBoth = (factor: number): void => {
    zoomBytes(state, figure, factor, 0.5);
    zoomTime(factor);
  };
  const acts: Readonly<Record<string, () => void>> = {
    '+': () => zoomBoth(1 / STEP),
    '=': () => zoomBoth(1 / STEP),
    '-': () => zoomBoth(STEP),
    x: () => zoomTime(1 / STEP),
    X: () => zoomTime(STEP),
    y: () => zoomBytes(state, figure, 1 / STEP, 0.5),
    Y: () => zoomBytes(state, figure, STEP, 0.5),
    '0': () => {
      change(state, { edges: null });
      onRange(run.span, false);
    },
    ArrowLeft: () => pan(-1, 0),
    ArrowRight: () => pan(1, 0),
    ArrowUp: () => pan(0, 1),
    ArrowDown: () => pan(0, -1),
    PageUp: () => turn(-1),
    PageDown: () => turn(1),
    d: () => turn(1),
    z: () => {
      change(state, { dragZooms: !sequence.dragZooms });
      figure.say(sequence.dragZooms ? 'a drag moves' : 'a drag zooms');
    },
    s: () => change(state, { ownBytes: !sequence.ownBytes }),
    t: () => change(state, { ownTime: !sequence.ownTime }),
    ' ': () => state.set({ hoverUs: hoverUs === null ? middle : null }),
    g: () => {
      const query: SequenceQuery = queryOf(run, state.get(), area);
      const [near] = run.sequence!.packets(query.flow, middle, range.toUs, 1);
      if (near) openList(context, near, figure);
      else figure.openTable();
    },
    n: () => step(true),
    N: () => step(false),
    '1': () => goTo('rtt'),
    '2': () => goTo('rate'),
    '3': () => kind('stevens', 'Stevens'),
    '4': () => kind('tcptrace', 'tcptrace'),
    '5': () => kind('window', 'window scaling'),
  };
  const act = acts[event.key];
  act?.();
  return act !== undefined;
}
