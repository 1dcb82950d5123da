import { formatDuration, formatSize } from '../base/index.js';
import { formatNotice } from './notice.js';
import type { CampaignPlan } from './plan.js';
import type { SitePlan } from './site-plan.js';

/**
 * A plan as a timetable for people: who listens where and when, what it takes, what to mind.
 *
 * @example
 * ```ts
 * const result = planCampaign(
 *   { sites: [{ name: 'INDI', nics: [{ model: 'ConnectX_6', available: 1 }], ports: [{ name: 'HundredGigE0/0/0/5' }] }] },
 *   { targets: [{ site: 'INDI' }] },
 * );
 * if (result.ok) console.log(formatTimetable(result.plan));
 * ```
 */
export function formatTimetable(plan: CampaignPlan): string {
  const parts = plan.sites.map(formatSite);
  if (plan.warnings.length > 0) {
    parts.push(['Mind', ...plan.warnings.map((warning) => `  ${formatNotice(warning)}`)].join('\n'));
  }
  return `${parts.join('\n\n')}\n`;
}

function formatSite({ site, basis, listeners, slots, windows, time, disk }: SitePlan): string {
  const { parameters } = basis;
  const lines = [
    `${site}: ${basis.ports.length} port${basis.ports.length === 1 ? '' : 's'}, ${listeners.length} listener${listeners.length === 1 ? '' : 's'}, slice "${basis.sliceName}" (${basis.mode})`,
    `  captures of ${parameters.listenTime} s, ${parameters.maxIterPerRetry} in a row, ${parameters.experimentRetries} times, ${parameters.waitInterval} s between; snap length ${parameters.snaplen || 'none'}; filter ${parameters.tcpdumpFilter}`,
  ];
  for (const { name, nic, cores, ramGiB, diskGiB } of listeners) {
    lines.push(
      `  ${name}: ${nic.model} ${nic.name}, ${cores} cores, ${ramGiB} GiB RAM, ${diskGiB} GiB disk, about ${formatSize(disk.bytesPerListener[name]!)} captured`,
    );
  }
  for (const slot of slots) {
    const own = windows.filter((window) => window.slot === slot.index);
    const first = own[0];
    const last = own.at(-1);
    if (!first || !last) continue;
    lines.push(
      `  ${clock(first.startS)} – ${clock(last.startS + last.durationS)}  ${own.length} capture${own.length === 1 ? '' : 's'} of`,
    );
    for (const { source, direction, listener, nicPort } of slot.mirrors) {
      lines.push(`      ${source} (${direction}) → ${listener} ${nicPort}`);
    }
  }
  const parts = (
    [
      ['set-up', time.setupS],
      ['captures', time.captureS],
      ['waits', time.waitS],
      ['rotations beyond waits', time.rotationS],
      ['gathering', time.gatheringS],
    ] as const
  )
    .filter(([, seconds]) => seconds > 0)
    .map(([name, seconds]) => `${name} ${formatDuration(seconds * 1e6)}`);
  lines.push(`  takes about ${formatDuration(time.totalS * 1e6)}: ${parts.join(', ')}`);
  return lines.join('\n');
}

function clock(seconds: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
}
