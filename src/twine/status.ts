import { accountLoss, type LossReport } from './loss.js';
import type { CaptureRecord, Manifest } from './manifest.js';
import type { Outcome, SessionState } from './protocol.js';

/**
 * How a site's latest run stands: its outcome, or under way, or left by a process that is gone, or ended with its
 * files held on the listeners, since they could not be brought home.
 */
export type Standing = Outcome | 'in progress' | 'abandoned' | 'held';

/** What `mooring twine status` says of a site. */
export interface SiteStatus {
  readonly site: string;
  readonly run: string;
  readonly sliceName: string;
  readonly standing: Standing;
  readonly state: SessionState;
  /** What is captured at this moment, and for how long the run still is expected to take; only of one in progress. */
  readonly now?: { readonly ports: readonly string[]; readonly leftS: number } | undefined;
  readonly windows: { readonly done: number; readonly planned: number };
  readonly captures: { readonly complete: number; readonly partial: number; readonly failed: number };
  readonly loss: LossReport;
  readonly reasons: readonly string[];
  readonly archives: readonly { readonly path: string; readonly bytes: number }[];
  readonly leftovers: readonly string[];
}

/**
 * Reads a manifest; `alive` says whether the process that wrote it still runs, `nowUs` (µs since the Unix epoch)
 * when it is asked.
 *
 * @example
 * ```ts fragment
 * import { readFileSync } from 'node:fs';
 * const manifest = parseManifest(readFileSync('runs/INDI/manifest.json', 'utf8'));
 * console.log(siteStatus(manifest, false).standing); // completed
 * ```
 */
export function siteStatus(manifest: Manifest, alive: boolean, nowUs?: number): SiteStatus {
  const { session, captures } = manifest;
  const having = (status: CaptureRecord['status']): number =>
    captures.filter((capture) => capture.status === status).length;
  return {
    site: manifest.site,
    run: manifest.run,
    sliceName: session.plan.basis.sliceName,
    standing: standingOf(manifest, alive),
    state: session.state,
    now: standingOf(manifest, alive) === 'in progress' && nowUs !== undefined ? presentOf(manifest, nowUs) : undefined,
    windows: {
      done: Math.min(session.window, session.plan.windows.length),
      planned: session.plan.windows.length,
    },
    captures: { complete: having('complete'), partial: having('partial'), failed: having('failed') },
    loss: accountLoss(captures.flatMap(({ counters }) => counters ?? [])),
    reasons: session.reasons.map(({ reason }) => reason),
    archives: manifest.archives.map(({ path, bytes }) => ({ path, bytes })),
    leftovers: manifest.leftovers,
  };
}

function standingOf({ session }: Manifest, alive: boolean): Standing {
  if (session.outcome !== null) return session.outcome;
  if (session.state === 'holding') return 'held';
  return alive ? 'in progress' : 'abandoned';
}

function presentOf({ session, underway, createdUs, events }: Manifest, nowUs: number): NonNullable<SiteStatus['now']> {
  const { plan, window, phase, wakeAtUs } = session;
  const mirrors = plan.slots.flatMap((slot) => slot.mirrors);
  const ports = underway.flatMap(({ mirror }) => {
    const found = mirrors.find(({ name }) => name === mirror);
    return found ? [`${found.source} (${found.direction})`] : [];
  });
  const current = plan.windows[window];
  const last = plan.windows.at(-1);
  const beganUs =
    phase === 'interval'
      ? (wakeAtUs ?? undefined)
      : events.filter(({ kind }) => kind === 'captureStarted').at(-1)?.atUs;
  const sampling = session.state === 'sampling' && current && last && beganUs !== undefined;
  const endUs = sampling
    ? beganUs + 1e6 * (last.startS + last.durationS - current.startS + plan.time.gatheringS)
    : createdUs + 1e6 * plan.time.totalS;
  return { ports: [...new Set(ports)], leftS: Math.max(0, (endUs - nowUs) / 1e6) };
}

/** A site with what the originals' utilities show of it. */
export interface ClassicSite {
  readonly site: string;
  readonly standing: Standing;
  /** Lines of its startup_log.txt; undefined when there is none. */
  readonly log: readonly string[] | undefined;
}

/** check_completion in its own words, judged by the manifest. */
export function classicCompletion(sites: readonly ClassicSite[]): string {
  const counts = { succeeded: 0, degraded: 0, failed: 0, inProgress: 0 };
  const lines = [`${sites.map(({ site }) => site).join(' ')} in combined_results`];
  for (const { site, standing, log } of sites) {
    if (standing === 'degraded') {
      counts.degraded += 1;
      lines.push(`SITE ${site} terminated with port reduction successfully`, ...last(log, 2));
      continue;
    }
    if (standing === 'completed') counts.succeeded += 1;
    else if (standing === 'in progress') counts.inProgress += 1;
    else counts.failed += 1;
    const verdict =
      standing === 'completed' ? 'terminated successfully' : standing === 'in progress' ? 'IN PROGRESS' : 'FAILED';
    lines.push(`SITE ${site} ${verdict} (Last 3 statements below)`, ...last(log, 3), ' ');
  }
  lines.push(
    `${counts.succeeded} sites succeeded`,
    `${counts.degraded} sites had a graceful_degradation`,
    `${counts.failed} sites FAILED`,
    `${counts.inProgress} sites IN PROGRESS`,
  );
  return `${lines.join('\n')}\n`;
}

/** check_errors in its own words, judged by the manifest. */
export function classicErrors(sites: readonly ClassicSite[]): string {
  const lines = [`${sites.map(({ site }) => site).join(' ')} in combined_results`];
  for (const { site, standing, log } of sites) {
    const file = `../${site}/startup_log.txt`;
    if (log === undefined) lines.push(`**** File ${file} does not exist ****`);
    else if (standing === 'completed' || standing === 'degraded' || standing === 'in progress') {
      lines.push(`**** ${site}: No error ****`);
    } else lines.push(`**** ${file} has an error ****`, ...last(log, 15));
  }
  return `${lines.join('\n')}\n`;
}

function last(log: readonly string[] | undefined, lines: number): readonly string[] {
  return (log ?? []).slice(-lines);
}
