import { formatDuration, formatRate, formatSize } from '../base/index.js';
import { formatLoss, type LossReport } from './loss.js';
import { utcSecond } from './names.js';
import type { PortOctets } from './port-octets.js';
import type { CampaignReport, ReportPort, ReportSite, ReportWindow } from './report.js';
import { drawLanes, rangeOf, type TimeRange } from './report-lanes.js';
import { STYLE } from './report-style.js';
import { tableOf, escapeHtml as text } from './report-text.js';

/** Captures a page lists one by one; the rest is in the JSON. */
const MOST_ROWS = 400;
const UNKNOWN = '?';

/** The ways a mirrored frame can go, in the order of a bar. */
const WAYS: readonly (readonly [kind: string, name: string, pick: (loss: LossReport) => number | null])[] = [
  ['file', 'in the file', (loss) => loss.filePackets],
  ['filtered', 'filtered', (loss) => loss.filteredPackets],
  ['ring', 'dropped by the ring', (loss) => loss.ringDroppedPackets],
  ['mirror', 'dropped at the mirror', (loss) => loss.destinationDroppedPackets],
  ['unexplained', 'unexplained', (loss) => unexplained(loss)],
];

/** A report as one page that needs nothing else: no script, no font, no picture from anywhere. */
export function reportPage(report: CampaignReport): string {
  const names = sitesOf(report).join(', ');
  const title = `Capture campaign: ${names || 'no site'}`;
  const range = rangeOf(report.sites);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${text(title)}</h1>
${tiles(report)}
<p class="legend">${legend()}</p>
${report.sites.map((site) => siteSection(site, range)).join('\n')}
</main>
</body>
</html>
`;
}

/** A site is there once, however many of its runs are. */
const sitesOf = ({ sites }: CampaignReport): string[] => [...new Set(sites.map(({ site }) => site))];

function tiles(report: CampaignReport): string {
  const { sites, loss } = report;
  const names = sitesOf(report);
  const captures = sites.flatMap(({ ports }) => ports.flatMap(({ windows }) => windows));
  const began = Math.min(...sites.map(({ beganUs }) => beganUs));
  const ended = Math.max(...sites.map(({ endedUs }) => endedUs));
  const facts: [string, string][] = [
    names.length === sites.length
      ? ['sites', String(names.length)]
      : [`runs at ${names.length} ${names.length === 1 ? 'site' : 'sites'}`, String(sites.length)],
    [
      'ports captured',
      String(sites.reduce((sum, { ports }) => sum + ports.filter(({ windows }) => windows.length > 0).length, 0)),
    ],
    ['captures', String(captures.length)],
    ['packets in files', grouped(loss.filePackets)],
    ['mirrored', grouped(loss.mirroredPackets)],
    [
      'lost',
      loss.lostShare === null
        ? UNKNOWN
        : `${(100 * loss.lostShare).toFixed(loss.lostShare > 0 && loss.lostShare < 0.01 ? 3 : 1)} %`,
    ],
    [
      `began ${sites.length > 0 ? utcSecond(began).slice(0, 10) : ''}`,
      sites.length > 0 ? utcSecond(began).slice(11) : UNKNOWN,
    ],
    ['took', sites.length > 0 ? formatDuration(ended - began) : UNKNOWN],
  ];
  return `<div class="tiles">${facts.map(([name, value]) => `<div class="tile"><b>${text(value)}</b><span>${text(name)}</span></div>`).join('')}</div>`;
}

function siteSection(site: ReportSite, range: TimeRange | undefined): string {
  const { ports, windows, reasons, leftovers, warnings, echoes } = site;
  const captured = ports.flatMap((port) => port.windows.map((window) => ({ port: port.port, window })));
  captured.sort((a, b) => a.window.startUs - b.window.startUs || a.port.localeCompare(b.port, 'en'));
  const notes = [
    ...reasons.map((reason) => `because: ${reason}`),
    ...leftovers.map((leftover) => `left: ${leftover}`),
    ...warnings,
  ];
  const silent = ports.filter((port) => port.windows.length === 0).map(({ port }) => port);
  if (silent.length > 0) notes.push(`had no turn: ${silent.join(', ')}`);
  const more = captured.length - MOST_ROWS;
  const withOctets = captured.some(({ window }) => window.portOctets !== undefined);
  const rows = captured.slice(0, MOST_ROWS).map(({ port, window }) => windowRow(port, window, withOctets));
  const all = [...HEAD, ...(withOctets ? OCTETS_HEAD : []), ''];
  // What a testbed cannot count is said once, above.
  const kept = all.map((_, at) => at).filter((at) => at >= HEAD.length || rows.some((row) => row[at] !== UNKNOWN));
  const only = (cells: readonly string[]): string[] => kept.map((at) => cells[at]!);
  return `<section>
<h2>${text(site.site)} <span class="badge ${text(site.standing.replace(' ', '-'))}">${text(site.standing)}</span></h2>
<p class="muted">${text(`${site.run}, slice “${site.sliceName}”, ${windows.done} of ${windows.planned} windows, captured by ${site.captureMethod}`)}<br>
${text(`${grouped(site.loss.filePackets)} packets in files; ${formatLoss(site.loss) ?? 'no mirrored frame was lost'}`)}</p>
${notes.length > 0 ? `<ul>${notes.map((note) => `<li>${text(note)}</li>`).join('')}</ul>` : ''}
${range ? drawLanes(site, range) : '<p class="muted">No window was captured.</p>'}
<h3>Where the mirrored frames are</h3>
${rows.length > 0 ? tableOf(only(all), rows.map(only), [kept.length - 1]) : ''}
${more > 0 ? `<p class="muted">${more} more captures: see --json.</p>` : ''}
${rotations(site)}
${ports
  .filter(({ traffic }) => traffic)
  .map(portSection)
  .join('\n')}
${
  echoes.length > 0
    ? `<h3>Echoes</h3>${tableOf(
        ['from', 'to', 'requests', 'answered'],
        echoes.map(({ from, to, requests, replies }) => [from, to, grouped(requests), grouped(replies)]),
      )}`
    : ''
}
</section>`;
}

const HEAD = ['from (UTC)', 'for', 'port', 'window', 'capture', 'mirrored', ...WAYS.map(([, name]) => name)];
/** Into the switch and out of it; only where a testbed says it. */
const OCTETS_HEAD = ['port counted in', 'port counted out'];

function windowRow(port: string, window: ReportWindow, withOctets: boolean): string[] {
  const { loss, startUs, endUs, direction, status, gaps } = window;
  const missingUs = gaps.reduce((sum, gap) => sum + gap.endUs - gap.startUs, 0);
  return [
    `${utcSecond(startUs).slice(11)}.${Math.floor(startUs / 1e5) % 10}`,
    formatDuration(endUs - startUs),
    `${port} (${direction})`,
    String(window.window + 1),
    gaps.length === 0 ? status : `${status}, no mirror for ${formatDuration(missingUs)}`,
    loss ? grouped(loss.mirroredPackets) : UNKNOWN,
    ...WAYS.map(([, , pick]) => (loss ? grouped(pick(loss)) : UNKNOWN)),
    ...(withOctets ? octetCells(window) : []),
    loss ? bar(loss) : '',
  ];
}

// Counters are read once in a while: what they say is of a time around the capture, which is said too.
function octetCells({ portOctets }: ReportWindow): string[] {
  const cell = (counted: PortOctets['in'] | undefined): string =>
    counted ? `${formatSize(counted.octets)} in ${formatDuration(counted.toUs - counted.fromUs)}` : UNKNOWN;
  return [cell(portOctets?.in), cell(portOctets?.out)];
}

function bar(loss: LossReport): string {
  const parts = WAYS.map(([kind, name, pick]) => ({ kind, name, packets: Math.max(0, pick(loss) ?? 0) }));
  const sum = parts.reduce((rest, { packets }) => rest + packets, 0);
  if (sum === 0) return '';
  const spans = parts
    .filter(({ packets }) => packets > 0)
    .map(
      ({ kind, name, packets }) =>
        `<i class="${kind}" style="width:${((100 * packets) / sum).toFixed(2)}%" title="${packets} ${name}"></i>`,
    );
  return `<span class="bar">${spans.join('')}</span>`;
}

function rotations({ rotations: all }: ReportSite): string {
  if (all.length === 0) return '';
  const total = all.reduce((sum, { startUs, endUs }) => sum + endUs - startUs, 0);
  const longest = all.reduce((most, { startUs, endUs }) => Math.max(most, endUs - startUs), 0);
  return `<p class="muted">Mirrors were changed ${all.length} times, ${formatDuration(total)} in all, ${formatDuration(longest)} at most: bands in the drawing.</p>`;
}

function portSection({ port, traffic, capturedS }: ReportPort): string {
  if (!traffic) return '';
  const { packets, bytes, talkers, flows, flowsInAll, foldedPackets } = traffic;
  const rate = capturedS > 0 ? `, ${formatRate(bytes / capturedS)} while captured` : '';
  const share = (part: number): string => (bytes > 0 ? `${((100 * part) / bytes).toFixed(1)} %` : UNKNOWN);
  const talking = talkers.map((talker) => [
    talker.address,
    grouped(talker.packets),
    formatSize(talker.bytes),
    share(talker.bytes),
  ]);
  const flowing = flows.map((flow) => [
    flow.protocol,
    flow.from,
    flow.to,
    grouped(flow.packets),
    formatSize(flow.bytes),
    share(flow.bytes),
  ]);
  const folded = foldedPackets > 0 ? `; ${grouped(foldedPackets)} packets of flows beyond those kept apart` : '';
  return `<h3>${text(port)}</h3>
<p class="muted">${text(`${grouped(packets)} packets, ${formatSize(bytes)} on the wire${rate}; ${grouped(flowsInAll)} flows${folded}`)}</p>
<div class="pair"><div>${tableOf(['talker', 'packets', 'bytes', 'share'], talking)}</div><div>${tableOf(['protocol', 'from', 'to', 'packets', 'bytes', 'share'], flowing)}</div></div>`;
}

function legend(): string {
  const ways = WAYS.map(([kind, name]) => `<span><i class="${kind}"></i>${text(name)}</span>`);
  const windows = [
    ['complete', 'window, whole'],
    ['emptykey', 'no frame came'],
    ['partial', 'cut short'],
    ['failed', 'failed'],
    ['lostkey', 'share lost'],
    ['bandkey', 'mirrors change'],
    ['gapkey', 'mirror not active'],
  ].map(([kind, name]) => `<span><i class="${kind}"></i>${name}</span>`);
  return [...windows, ...ways].join(' ');
}

function unexplained({ unexplainedAtMirrorPackets: a, unexplainedAtCapturePackets: b }: LossReport): number | null {
  return a === null && b === null ? null : (a ?? 0) + (b ?? 0);
}

/** A count with its thousands apart, as the reader of a table wants it. */
function grouped(count: number | null): string {
  return count === null ? UNKNOWN : String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
