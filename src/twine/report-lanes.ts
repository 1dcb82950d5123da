import { formatDuration } from '../base/index.js';
import type { ReportSite, ReportWindow } from './report.js';
import { escapeHtml as text } from './report-text.js';

const WIDTH = 1100;
const LABEL = 220;
const LANE = 30;
const BAR = 18;
const AXIS = 28;
const MARGIN = 12;
/** Steps of a time axis in seconds, of which it takes the first that leaves it at most ten marks. */
const STEPS_S = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 43_200, 86_400];
const MOST_MARKS = 10;

/** From the first frame to the last, the same for all sites of a page. Microseconds since the Unix epoch. */
export interface TimeRange {
  readonly startUs: number;
  readonly endUs: number;
}

/** The time that windows of those sites cover; undefined when there is none. */
export function rangeOf(sites: readonly ReportSite[]): TimeRange | undefined {
  let range: TimeRange | undefined;
  for (const { startUs, endUs } of sites.flatMap(({ ports }) => ports.flatMap(({ windows }) => windows))) {
    range = { startUs: Math.min(range?.startUs ?? startUs, startUs), endUs: Math.max(range?.endUs ?? endUs, endUs) };
  }
  return range;
}

/** A site's ports over time as a drawing: a lane a port, its windows, and bands where mirrors were changed. */
export function drawLanes(site: ReportSite, { startUs, endUs }: TimeRange): string {
  const spanUs = Math.max(1, endUs - startUs);
  const plot = WIDTH - LABEL - MARGIN;
  const x = (us: number): number => LABEL + (plot * (Math.min(endUs, Math.max(startUs, us)) - startUs)) / spanUs;
  const height = AXIS + LANE * site.ports.length + 4;
  const bands = site.rotations.map(({ startUs: from, endUs: to }) =>
    box(
      'band',
      x(from),
      AXIS - 4,
      Math.max(1, x(to) - x(from)),
      height - AXIS,
      `mirrors change: ${formatDuration(to - from)}`,
    ),
  );
  const lanes = site.ports.map(({ port, windows: own, capturedS }, index) => {
    const y = AXIS + LANE * index;
    const share = (100 * capturedS) / (spanUs / 1e6);
    const label = `<text x="0" y="${y + 13}">${text(port)}</text><text x="0" y="${y + 25}" class="small">${own.length} window${own.length === 1 ? '' : 's'}, ${share.toFixed(share < 10 ? 1 : 0)} % of the time</text>`;
    const line = `<line x1="${LABEL}" x2="${WIDTH - MARGIN}" y1="${y + LANE / 2}" y2="${y + LANE / 2}" class="lane"/>`;
    return label + line + own.map((window) => drawWindow(window, x, y + (LANE - BAR) / 2)).join('');
  });
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="ports over time">${bands.join('')}${axis(startUs, spanUs, x, height)}${lanes.join('')}</svg>`;
}

function drawWindow(window: ReportWindow, x: (us: number) => number, y: number): string {
  const { startUs, endUs, status, loss, label, nicPort, direction, reason, gaps } = window;
  const width = Math.max(1.5, x(endUs) - x(startUs));
  const lost = loss?.lostShare ?? 0;
  const said = [
    `window ${window.window + 1}, ${direction}, ${label} ${nicPort}, ${formatDuration(endUs - startUs)}: ${status}`,
    loss
      ? `${loss.filePackets} packets in the file${loss.lostPackets ? `, ${loss.lostPackets} lost` : ''}`
      : 'not counted',
    ...(reason === undefined ? [] : [reason]),
  ].join('\n');
  const empty = loss?.filePackets === 0 && loss.mirroredPackets === 0 ? ' empty' : '';
  const bar = box(`window ${status}${empty}`, x(startUs), y, width, BAR, said);
  const missing =
    lost > 0 ? box('lost', x(startUs), y + BAR * (1 - Math.min(1, lost)), width, BAR * Math.min(1, lost), said) : '';
  return bar + missing + gaps.map((gap) => drawGap(gap, x, y)).join('');
}

function drawGap(
  { startUs, endUs, state }: ReportWindow['gaps'][number],
  x: (us: number) => number,
  y: number,
): string {
  const width = Math.max(1.5, x(endUs) - x(startUs));
  return box('gap', x(startUs), y, width, BAR, `mirror ${state} for ${formatDuration(endUs - startUs)}: no frames`);
}

function axis(startUs: number, spanUs: number, x: (us: number) => number, height: number): string {
  const spanS = spanUs / 1e6;
  const stepS = STEPS_S.find((step) => spanS / step <= MOST_MARKS) ?? 86_400 * Math.ceil(spanS / 86_400 / MOST_MARKS);
  const marks: string[] = [];
  for (let s = 0; s <= spanS; s += stepS) {
    const at = x(startUs + s * 1e6).toFixed(1);
    marks.push(
      `<line x1="${at}" x2="${at}" y1="${AXIS - 6}" y2="${height}" class="tick"/><text x="${at}" y="14" class="small ${spanS - s < stepS / 3 ? 'last' : 'mark'}">${markText(s, stepS)}</text>`,
    );
  }
  return marks.join('');
}

function box(kind: string, x: number, y: number, width: number, height: number, title: string): string {
  const [left, top, w, h] = [x, y, width, height].map((value) => value.toFixed(1));
  return `<rect class="${kind}" x="${left}" y="${top}" width="${w}" height="${h}"><title>${text(title)}</title></rect>`;
}

/** A mark of the axis: whole numbers of the unit its step is in. */
function markText(seconds: number, stepS: number): string {
  const round = (value: number): string => String(Math.round(10 * value) / 10);
  if (stepS < 60) return `${round(seconds)} s`;
  return stepS < 3600 ? `${round(seconds / 60)} min` : `${round(seconds / 3600)} h`;
}
