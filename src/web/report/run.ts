import { formatDuration, formatRate } from '../../base/index.js';
import { valueText } from '../../draw/index.js';
import { type FrozenRun, type Run, type RunFlow, thawRun } from '../../run/index.js';
import type { FlowResult, SimulationResult } from '../../sim/index.js';
import { append, appendTable } from '../dom.js';
import { createChart } from '../plots/chart.js';
import { flowName, flowStyle } from '../plots/plot-view.js';
import { drawCdf } from '../plots/run.js';
import { currentTheme } from '../plots/theme.js';
import { mountBrush } from '../timeline/brush.js';
import { createStore, firstState, type Store, type ViewContext, type ViewState } from '../view.js';
import { VIEWS } from '../views.js';
import { type Made, showProvenance } from './provenance.js';

// A run as the studio shows it, frozen: every view that it has something for, linked by the time that is shown, and where it
// comes from.

/** What a report carries of a run. */
export interface RunData {
  readonly run: FrozenRun;
  readonly made: Made;
  /** What a simulation knows beyond its series. */
  readonly more?: Pick<SimulationResult, 'cdfs' | 'flows'>;
}

/** Flows that are drawn at once, where there are many. */
const FLOWS_DRAWN = 8;
const FLOWS_LISTED = 200;
/** Columns that notes are asked for in. */
const NOTE_COLUMNS = 400;

/** Everything a report says of one run. */
export function showRun(parent: HTMLElement, { run: frozen, made, more }: RunData): void {
  const run = thawRun(frozen);
  const state = createStore<ViewState>(firstState(run, currentTheme()));
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => state.set({ theme: currentTheme() }));
  for (const text of run.warnings) append(parent, 'p', text.includes('not valid') ? 'failure' : 'about', text);
  const tiles = append(parent, 'div', 'tiles');
  for (const { name, value, unit } of run.facts) {
    const tile = append(tiles, 'div', 'tile');
    const isShare = unit === 'none' && value !== null && !Number.isInteger(value);
    append(tile, 'b', '', isShare ? value.toFixed(3) : valueText(value, unit));
    append(tile, 'span', '', name);
  }
  if (run.series.length === 0) append(parent, 'p', 'about', 'The scenario records no series.');
  else {
    showViews(parent, run, state);
    void showNotes(append(parent, 'div', 'plots'), run);
  }
  if (more) {
    append(parent, 'h2', '', 'Distributions');
    const cdfs = append(parent, 'div', 'plots');
    drawCdf(cdfs, 'Round-trip time, CDF', more.cdfs.rttUs);
    drawCdf(cdfs, 'Time in the queue, CDF', more.cdfs.queueDelayUs);
    drawCdf(cdfs, 'Flow completion time, CDF', more.cdfs.fctUs);
  }
  append(parent, 'h2', '', 'Flows');
  const flows = more?.flows ?? run.flows;
  if (more) appendTable(parent, [...COLUMNS, 'reports'], more.flows.slice(0, FLOWS_LISTED).map(resultRow));
  else appendTable(parent, COLUMNS, run.flows.slice(0, FLOWS_LISTED).map(flowRow));
  if (flows.length > FLOWS_LISTED)
    append(parent, 'p', 'about', `The first ${FLOWS_LISTED} of ${flows.length} flows; --csv has them all.`);
  append(parent, 'h2', '', 'Where this comes from').id = 'provenance';
  showProvenance(parent, run.provenance, made);
}

function showViews(parent: HTMLElement, run: Run, state: Store<ViewState>): void {
  append(parent, 'h2', '', 'Over time');
  const switches = append(parent, 'div', 'flows');
  const place = append(parent, 'div', 'brush');
  const views = append(parent, 'div', 'views');
  const ranges: ViewState['range'][] = [];
  const context: ViewContext = {
    run,
    state,
    onRange(range, passing) {
      if (!passing) ranges.push(range);
      state.set({ range });
    },
  };
  addEventListener('keydown', (event) => {
    if (event.key !== 'Backspace' && event.key !== '0') return;
    ranges.pop();
    state.set({ range: (event.key === '0' ? undefined : ranges.at(-1)) ?? run.span });
  });
  const ids = run.flows
    .filter(({ id }) => run.series.some(({ per, owner }) => per === 'flow' && owner === id))
    .map(({ id }) => id);
  showSwitches(switches, run, state, ids);
  mountBrush(place, context);
  for (const view of VIEWS) if (view.needs(run) === true) view.mount(append(views, 'div'), context);
}

/** What algorithms noted, which no view shows. */
async function showNotes(parent: HTMLElement, run: Run): Promise<void> {
  const { fromUs, toUs } = run.span;
  const at = Array.from(
    { length: NOTE_COLUMNS },
    (_, i) => (fromUs + ((i + 1) * (toUs - fromUs)) / NOTE_COLUMNS) / 1e6,
  );
  const quantities = new Set(run.series.map(({ quantity }) => quantity).filter((name) => name.startsWith('note:')));
  for (const quantity of quantities) {
    const owners = run.series.filter((info) => info.quantity === quantity).slice(0, FLOWS_DRAWN);
    const curves = owners.map(async ({ owner }) => {
      const columns = await run.source.query({ quantity, owner, fromUs, toUs, pixels: NOTE_COLUMNS });
      const last = columns?.last ?? new Float64Array();
      return { label: flowName(run, owner), values: Array.from(last, (v) => (Number.isNaN(v) ? null : v)) };
    });
    const title = `Noted: ${quantity.slice('note:'.length)}`;
    createChart(parent, { title, xLabel: 's', yLabel: '' }).show(at, await Promise.all(curves));
  }
}

/** The flows as switches in the colours of all views; of many a part at a time. */
function showSwitches(parent: HTMLElement, run: Run, state: Store<ViewState>, ids: readonly number[]): void {
  if (ids.length < 2) return;
  let from = 0;
  const label = document.createElement('span');
  const turn = (to: number): void => {
    from = Math.min(Math.max(0, to), Math.floor((ids.length - 1) / FLOWS_DRAWN) * FLOWS_DRAWN);
    const shown = new Set(ids.slice(from, from + FLOWS_DRAWN));
    state.set({ hidden: new Set(run.flows.flatMap(({ id }) => (shown.has(id) ? [] : [id]))) });
    label.textContent = `flows ${from + 1}–${Math.min(from + FLOWS_DRAWN, ids.length)} of ${ids.length} with series`;
  };
  if (ids.length > FLOWS_DRAWN) {
    const pager = append(parent, 'div', 'pager');
    const step = (text: string, name: string, by: number): void => {
      const button = append(pager, 'button', '', text);
      button.setAttribute('aria-label', name);
      button.onclick = () => turn(from + by);
      if (by < 0) pager.append(label);
    };
    step('←', 'flows before these', -FLOWS_DRAWN);
    step('→', 'flows after these', FLOWS_DRAWN);
    turn(0);
  }
  const list = append(parent, 'div', 'switches');
  const show = (): void => {
    const { hidden, theme } = state.get();
    list.replaceChildren();
    for (const id of ids.slice(from, from + FLOWS_DRAWN)) {
      const button = append(list, 'button');
      const { colour } = flowStyle(run, id, theme);
      append(button, 'i').style.background = colour;
      button.append(flowName(run, id));
      button.setAttribute('aria-pressed', String(!hidden.has(id)));
      button.onclick = () => {
        const next = new Set(state.get().hidden);
        if (!next.delete(id)) next.add(id);
        state.set({ hidden: next });
      };
    }
  };
  let drawn = state.get();
  state.subscribe(() => {
    const now = state.get();
    if (now.hidden !== drawn.hidden || now.theme !== drawn.theme) show();
    drawn = now;
  });
  show();
}

const COLUMNS = [
  ...['flow', 'algorithm', 'start', 'completion', 'goodput', 'mean RTT', 'p95 RTT', 'sent', 'lost', 'retransmits'],
  ...['timeouts', 'marks'],
];

function flowRow({ id, name, algorithm, startUs, endUs, totals }: RunFlow): string[] {
  return [
    `${name} ${id}`,
    algorithm ?? '–',
    started(startUs),
    formatDuration(startUs === null || endUs === null ? null : endUs - startUs),
    ...measured(totals.goodputBytesPerSecond, totals.meanRttUs, totals.p95RttUs),
    counted(totals.packetsSent),
    counted(totals.packetsLost),
    counted(totals.retransmissions),
    counted(totals.timeouts),
    counted(totals.marks),
  ];
}

function resultRow(flow: FlowResult): string[] {
  return [
    `${flow.name} ${flow.id}`,
    flow.algorithm,
    started(flow.startUs),
    formatDuration(flow.fctUs),
    ...measured(flow.goodputBytesPerSecond, flow.rttUs.mean, flow.rttUs.p95),
    counted(flow.packetsSent),
    counted(flow.packetsLost),
    counted(flow.retransmits),
    counted(flow.timeouts),
    counted(flow.ecnMarks),
    counted(flow.reports),
  ];
}

function measured(rate: number | null, mean: number | null, p95: number | null): string[] {
  return [rate === null ? '–' : formatRate(rate), formatDuration(mean), formatDuration(p95)];
}

function started(us: number | null): string {
  return us === null ? '–' : `${(us / 1e6).toFixed(1)} s`;
}

/** A flow that was measured elsewhere may not tell all that a simulated one does: NaN, which JSON has as null. */
function counted(value: number | null): string {
  return value === null ? '–' : String(value);
}
