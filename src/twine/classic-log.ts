import { asctime } from './names.js';
import type { Notice } from './notice.js';
import { classicTotalTimeS } from './parameters.js';
import type { SessionCommand, SessionData, SessionEvent } from './protocol.js';
import type { Mirror, SitePlan } from './site-plan.js';

/** What a line of startup_log.txt may tell of besides the session itself. */
export interface ClassicContext {
  /** Interface names of the NIC ports, as `<listener>.<port>`; the conventional ones when silent. */
  readonly interfaceOf?: (listener: string, port: string) => string;
  readonly samplingStartUs: number;
  readonly rotationStartUs: number;
}

/** The lines a run's startup_log.txt begins with, as Twine's own readers expect them. */
export function classicOpening(plan: SitePlan, nowUs: number): string[] {
  const { site, basis, nicCount } = plan;
  const wanted = Math.ceil(Math.min(basis.ports.length, basis.maxNicPorts) / 2);
  const ports = basis.ports.map(({ name }) => `'${name}'`).join(', ');
  const lines = [
    `Startup Log file for site: ${site}`,
    `Current time in asctime fmt: ${asctime(nowUs)}`,
    ' Sites without Smart NICs are []',
    'FINAL LIST OF PORTS TO BE MIRRORED:',
    `Will create slice ${basis.sliceName} on ${site} listening to ports [${ports}]`,
    `port_count: {'${site}': ${basis.ports.length}}`,
  ];
  if (nicCount < wanted) {
    lines.push(`Not enough NIC cards available for site ${site}. Reducing NIC count from ${wanted} to ${nicCount}!!!`);
  }
  return lines;
}

/** The log of a campaign that was refused before anything was requested. */
export function classicRefusal(site: string, refusals: readonly Notice[]): string[] {
  return [
    `Startup Log file for site: ${site}`,
    ...refusals.map(({ field, message, hint }) => `Exception: ${field}: ${message} (${hint})`),
    // The one case the original's utilities take for a degradation.
    refusals.every(({ code }) => code === 'no-nics') ? 'Exiting due to no available ports!!!' : 'Exception: refused',
  ];
}

/** The lines of an event, as the session stood before it. */
export function classicEventLines(
  event: SessionEvent,
  { state, plan }: SessionData,
  { rotationStartUs }: ClassicContext,
  nowUs: number,
): string[] {
  if (event.kind === 'failed' && (state === 'requesting' || state === 'ready')) {
    return [`Setup exception: ${event.failure.reason}`];
  }
  if (event.kind === 'failed' || event.kind === 'captureFailed') return [`Exception: ${event.failure.reason}`];
  if (event.kind === 'interrupt') return [`Exception: interrupted while ${state}`];
  if (event.kind === 'close') return [`Exception: closed while ${state}`];
  if (event.kind === 'mirrored') {
    const seconds = (nowUs - rotationStartUs) / 1e6;
    return [
      `bringup_submit_stop: ${seconds} seconds`,
      ...event.failed.map(({ failure }) => `Exception: ${failure.reason}`),
      `${plan.site}: strobe operation done`,
    ];
  }
  return [];
}

/** The lines of a command; `before` is how the session stood before the event that led to it. */
export function classicCommandLines(
  command: SessionCommand,
  before: SessionData,
  after: SessionData,
  context: ClassicContext,
  nowUs: number,
): string[] {
  const { plan } = after;
  const { site, basis } = plan;
  const seconds = nowUs / 1e6;
  switch (command.kind) {
    case 'request': {
      const lines: string[] = [];
      if (plan.nicCount < before.plan.nicCount) {
        lines.push(
          `To overcome node allocation failure on site ${site}, reducing port count from ${before.plan.nicCount} to ${plan.nicCount}!!!`,
        );
      }
      return [...lines, ...mirrorLines(command.mirrors, plan), 'Submitting slice request to backend'];
    }
    case 'capture': {
      if (command.window.index > 0) return [];
      const { experimentRetries, maxIterPerRetry, waitInterval, listenTime, snaplen, tcpdumpFilter } = basis.parameters;
      const interfaceOf = context.interfaceOf ?? ((_, port) => (port === 'p1' ? 'enp7s0' : 'enp8s0'));
      return [
        'Initiating sampling phase',
        ...command.mirrors.map(
          ({ listener, nicPort }) =>
            `${site}:./capture_packets.sh ${interfaceOf(listener, nicPort)} ${experimentRetries} ${maxIterPerRetry} ${waitInterval} ${listenTime} ${snaplen} "${tcpdumpFilter}"`,
        ),
        ...plan.listeners.map(() => `end_command: ./end_detect.sh ${classicTotalTimeS(basis.parameters)}`),
      ];
    }
    case 'signal':
      if (command.word !== 'start') return [];
      return [
        `time_tcpdump_start ${seconds} seconds`,
        `total_sampling_time: ${classicTotalTimeS(basis.parameters)} seconds`,
        plan.slots.length > 1
          ? 'Initiating strobing phase'
          : 'Strobing disabled. Will listen on all ports for the duration of the experiment',
      ];
    case 'mirror':
      return [
        `bringdown_submit_start: ${seconds} seconds`,
        ...command.remove.map(({ name }) => `Bringing network down in ${name}`),
        `bringdown_submit_stop: 0 seconds`,
        `bringup_submit_start: ${seconds} seconds`,
        ...mirrorLines(command.add, plan),
      ];
    case 'drain':
      return [`Final experiment time: ${(nowUs - context.samplingStartUs) / 1e6} seconds`];
    case 'gather':
      return ['Initiating Gathering phase'];
    case 'release':
      return [
        basis.mode === 'operator'
          ? `Deleting the slice ${basis.sliceName}`
          : `Deleting the listener nodes of slice ${basis.sliceName}`,
      ];
    default:
      return [];
  }
}

/**
 * The last lines. The originals' check_completion finds `Exiting from` in a full success alone,
 * `ports!!!` in a run that got less than it wanted, and a word of failure in every other.
 */
export function classicClosing({ outcome, plan, reasons, fatal, captured }: SessionData): string[] {
  const { sliceName } = plan.basis;
  const last = reasons.at(-1)?.reason ?? (captured > 0 ? 'something was left behind' : 'nothing was captured');
  switch (outcome) {
    case 'completed':
      return [`Exiting from ${sliceName}`];
    case 'degraded':
      return [`Ended with less than planned: ${last}`, `Exiting with reduced captures or ports!!!`];
    default:
      if (fatal && captured === 0) return [`Exception: ${last}`, 'Exiting due to too many retries'];
      return [`Exception: ${last}`, `Exiting after ${captured} captures, Exception above`];
  }
}

function mirrorLines(mirrors: readonly Mirror[], plan: SitePlan): string[] {
  return mirrors.flatMap(({ name, source, listener, nicPort }) => {
    const { label, nic } = plan.listeners.find((candidate) => candidate.name === listener)!;
    return [
      `${plan.site}# mirror interface name: ${source} mirrored to`,
      '---------------  --------------------------',
      `Name             ${label}-${nic.name}-${nicPort}`,
      `Network          ${name}`,
      `Bandwidth        ${Math.round((nic.rateBytesPerSecond * 8) / 1e9)}`,
      '---------------  --------------------------',
    ];
  });
}
