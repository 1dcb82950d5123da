import { accountLoss, type LossReport } from './loss.js';
import type { CaptureRecord, Manifest } from './manifest.js';
import { type MirrorGap, mirrorGaps } from './mirror-states.js';
import type { PortOctets } from './port-octets.js';
import { type Standing, siteStatus } from './status.js';

/** What a host found in the captures of one switch port. Bytes are those on the wire. */
export interface PortTraffic {
  readonly packets: number;
  readonly bytes: number;
  /** Addresses that sent most, busiest first. */
  readonly talkers: readonly { readonly address: string; readonly packets: number; readonly bytes: number }[];
  /** Packets of the same ends and protocol in one direction, busiest first. */
  readonly flows: readonly {
    readonly protocol: string;
    readonly from: string;
    readonly to: string;
    readonly packets: number;
    readonly bytes: number;
  }[];
  readonly flowsInAll: number;
  /** Packets of flows beyond what was kept apart. */
  readonly foldedPackets: number;
}

/** Echo requests and replies of two addresses, over all ports of a site. */
export interface ReportEcho {
  readonly from: string;
  readonly to: string;
  readonly requests: number;
  readonly replies: number;
}

/** What was found in a run's files; without it a report tells of the manifest alone. */
export interface RunTraffic {
  readonly ports: Readonly<Record<string, PortTraffic>>;
  readonly echoes: readonly ReportEcho[];
  /** What could not be read of them. */
  readonly warnings: readonly string[];
}

/** One capture of a port. Times are microseconds since the Unix epoch, when frames were let through. */
export interface ReportWindow
  extends Pick<CaptureRecord, 'window' | 'slot' | 'direction' | 'label' | 'nicPort' | 'startUs' | 'endUs' | 'status'> {
  readonly reason?: string | undefined;
  /** Parts in which its mirror did not mirror, as the testbed says. */
  readonly gaps: readonly MirrorGap[];
  /** Undefined where its counters could not be read. */
  readonly loss?: LossReport | undefined;
  /** What the port itself counted around it; undefined where its testbed does not say. */
  readonly portOctets?: PortOctets | undefined;
}

/** A switch port over the whole run. */
export interface ReportPort {
  readonly port: string;
  readonly windows: readonly ReportWindow[];
  /** Seconds it was captured, without the gaps. */
  readonly capturedS: number;
  readonly loss: LossReport;
  readonly traffic?: PortTraffic | undefined;
}

/** One site's run. */
export interface ReportSite {
  readonly site: string;
  readonly run: string;
  readonly sliceName: string;
  readonly standing: Standing;
  readonly captureMethod: string;
  readonly windows: { readonly done: number; readonly planned: number };
  readonly beganUs: number;
  readonly endedUs: number;
  readonly loss: LossReport;
  /** Every port of the plan, those that had no turn included. */
  readonly ports: readonly ReportPort[];
  /** When mirrors were changed: nothing is captured by those meanwhile. */
  readonly rotations: readonly { readonly startUs: number; readonly endUs: number }[];
  readonly echoes: readonly ReportEcho[];
  readonly reasons: readonly string[];
  readonly leftovers: readonly string[];
  readonly warnings: readonly string[];
}

/** A campaign, site by site. */
export interface CampaignReport {
  readonly format: 'mooring-twine-report';
  readonly version: 1;
  readonly sites: readonly ReportSite[];
  readonly loss: LossReport;
}

/** Puts runs of several sites together: who was captured when, what was lost where, who spoke. */
export function campaignReport(
  runs: readonly { readonly manifest: Manifest; readonly traffic?: RunTraffic | undefined }[],
): CampaignReport {
  const sites = runs.map(({ manifest, traffic }) => siteReport(manifest, traffic));
  return {
    format: 'mooring-twine-report',
    version: 1,
    sites,
    loss: lossOf(runs.flatMap((run) => run.manifest.captures)),
  };
}

function siteReport(manifest: Manifest, traffic: RunTraffic | undefined): ReportSite {
  const { session, captures, events } = manifest;
  const { standing, windows, reasons, leftovers } = siteStatus(manifest, false);
  const times = [...events.map(({ atUs }) => atUs), ...captures.map(({ endUs }) => endUs)];
  const planned = session.plan.basis.ports.map(({ name }) => name);
  const ports = [...new Set([...planned, ...captures.map(({ source }) => source)])];
  return {
    site: manifest.site,
    run: manifest.run,
    sliceName: session.plan.basis.sliceName,
    standing,
    captureMethod: manifest.captureMethod,
    windows,
    beganUs: manifest.createdUs,
    endedUs: times.reduce((last, us) => Math.max(last, us), manifest.createdUs),
    loss: lossOf(captures),
    ports: ports.map((port) => portReport(port, captures, traffic?.ports[port])),
    rotations: rotationsOf(manifest),
    echoes: traffic?.echoes ?? [],
    reasons,
    leftovers,
    warnings: traffic?.warnings ?? [],
  };
}

function portReport(port: string, all: readonly CaptureRecord[], traffic: PortTraffic | undefined): ReportPort {
  const captures = all.filter(({ source }) => source === port).sort((a, b) => a.startUs - b.startUs);
  return {
    port,
    windows: captures.map((capture) => {
      const { window, slot, direction, label, nicPort, startUs, endUs, status, reason, counters, portOctets } = capture;
      const loss = counters && accountLoss([counters]);
      const gaps = mirrorGaps(capture);
      return { window, slot, direction, label, nicPort, startUs, endUs, status, reason, gaps, loss, portOctets };
    }),
    capturedS: captures.reduce((sum, capture) => sum + spanUs(capture) - sumOf(mirrorGaps(capture)), 0) / 1e6,
    loss: lossOf(captures),
    traffic,
  };
}

// From the event that led to a rotation to the one that ended it, tries in between included.
function rotationsOf({ events }: Manifest): { startUs: number; endUs: number }[] {
  const rotations: { startUs: number; endUs: number }[] = [];
  let startUs: number | undefined;
  for (const event of events) {
    const rotating = event['state'] === 'rotating';
    if (rotating) startUs ??= event.atUs;
    else if (startUs !== undefined) {
      rotations.push({ startUs, endUs: event.atUs });
      startUs = undefined;
    }
  }
  return rotations;
}

const spanUs = ({ startUs, endUs }: { readonly startUs: number; readonly endUs: number }): number => endUs - startUs;

const sumOf = (gaps: readonly MirrorGap[]): number => gaps.reduce((sum, gap) => sum + spanUs(gap), 0);

function lossOf(captures: readonly CaptureRecord[]): LossReport {
  return accountLoss(captures.flatMap(({ counters }) => counters ?? []));
}
