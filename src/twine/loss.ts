import * as v from 'valibot';
import { number } from '../schema/index.js';

const count = number(0);
/** A stage that a testbed cannot see is unknown (null), which is not 0. */
const seen = v.nullable(count);

/** See {@link MirrorCounters}. */
export const mirrorCountersSchema = v.object({
  mirroredPackets: seen,
  /** Dropped on the way out of the switch port the NIC hangs on. */
  destinationDroppedPackets: seen,
  /** Received by the NIC port. */
  nicReceivedPackets: seen,
});

/** Frames of one mirror since it was made, at every stage before the capture; null where nobody counts. */
export type MirrorCounters = v.InferOutput<typeof mirrorCountersSchema>;

/** See {@link CaptureCounters}. */
export const captureCountersSchema = v.object({
  ...mirrorCountersSchema.entries,
  ringDroppedPackets: count,
  /** 0 without a filter expression; with one, what remains of the NIC's count where the tool does not say. */
  filteredPackets: v.nullable(v.number()),
  filePackets: count,
});

/**
 * Frames of one mirror over one capture, counted at every stage; null where a testbed or tool cannot tell:
 *
 * ```text
 *  mirrored ─┬─ destinationDropped         (the NIC port's switch port was too slow)
 *            └─ nicReceived ─┬─ ringDropped (the capture was too slow)
 *                            ├─ filtered    (the filter expression did not want them)
 *                            └─ file
 * ```
 */
export type CaptureCounters = v.InferOutput<typeof captureCountersSchema>;

/**
 * What {@link CaptureCounters} add up to. Frames that came to one stage and not to the next are unexplained: 0 when
 * nothing went unseen, null when nobody can tell. They are among the lost.
 */
export interface LossReport extends Readonly<CaptureCounters> {
  readonly lostPackets: number | null;
  /** Lost of mirrored, 0 … 1. */
  readonly lostShare: number | null;
  readonly unexplainedAtMirrorPackets: number | null;
  readonly unexplainedAtCapturePackets: number | null;
  /** Captures in which a stage counted more than the one before it: its counter was lost with a listener or switch. */
  readonly brokenCounts: number;
}

const STAGES = {
  mirroredPackets: 'mirrored frames',
  destinationDroppedPackets: "drops at the mirror's destination",
  nicReceivedPackets: 'frames the NIC received',
  filteredPackets: 'frames the filter left out',
} as const;

/**
 * Adds captures up and says how much was lost where. A count that one capture does not know, the sum does
 * not know; what one capture has too much does not make up for what another has too little.
 *
 * @example
 * ```ts
 * const report = accountLoss([
 *   { mirroredPackets: 100, destinationDroppedPackets: 25, nicReceivedPackets: 75, ringDroppedPackets: 5, filteredPackets: 0, filePackets: 70 },
 * ]);
 * console.log(report.lostShare, report.unexplainedAtCapturePackets); // 0.3 0
 * ```
 */
export function accountLoss(captures: readonly CaptureCounters[]): LossReport {
  const sum = (pick: (counters: CaptureCounters) => number | null): number | null =>
    captures.reduce<number | null>((total, counters) => plus(total, pick(counters)), 0);
  const mirroredPackets = sum((counters) => counters.mirroredPackets);
  const destinationDroppedPackets = sum((counters) => counters.destinationDroppedPackets);
  const nicReceivedPackets = sum((counters) => counters.nicReceivedPackets);
  const filteredPackets = sum((counters) => counters.filteredPackets);
  const ringDroppedPackets = captures.reduce((total, counters) => total + counters.ringDroppedPackets, 0);
  const filePackets = captures.reduce((total, counters) => total + counters.filePackets, 0);
  const gaps = captures.map(gapsOf);
  const total = (pick: (gap: Gaps) => number | null): number | null =>
    gaps.reduce<number | null>((rest, gap) => plus(rest, pick(gap)), 0);
  const unexplainedAtMirrorPackets = total(({ mirror }) => mirror);
  const unexplainedAtCapturePackets = total(({ capture }) => capture);
  const dropped = plus(destinationDroppedPackets, ringDroppedPackets);
  // What was not counted is not taken for lost; what was, is.
  const lostPackets = plus(plus(dropped, unexplainedAtMirrorPackets ?? 0), unexplainedAtCapturePackets ?? 0);
  return {
    mirroredPackets,
    destinationDroppedPackets,
    nicReceivedPackets,
    ringDroppedPackets,
    filteredPackets,
    filePackets,
    lostPackets,
    lostShare: share(lostPackets, mirroredPackets),
    unexplainedAtMirrorPackets,
    unexplainedAtCapturePackets,
    brokenCounts: gaps.filter(({ broken }) => broken).length,
  };
}

/**
 * One line for people, or undefined when every mirrored frame is in a file. What nobody counted is named.
 *
 * @example
 * ```ts
 * console.log(formatLoss(accountLoss([]))); // undefined
 * ```
 */
export function formatLoss(report: LossReport): string | undefined {
  const parts: string[] = [];
  const tell = (packets: number | null, what: string): void => {
    if (packets !== null && packets !== 0) parts.push(`${packets} ${what}`);
  };
  tell(report.destinationDroppedPackets, "dropped at the mirror's destination");
  tell(report.ringDroppedPackets, 'dropped by the capture ring');
  tell(report.unexplainedAtMirrorPackets, 'unexplained between mirror and NIC');
  tell(report.unexplainedAtCapturePackets, 'unexplained between NIC and file');
  const { brokenCounts } = report;
  const broken = brokenCounts === 1 ? '1 capture' : `${brokenCounts} captures`;
  const unseen = Object.entries(STAGES).flatMap(([stage, name]) =>
    report[stage as keyof typeof STAGES] === null ? [name] : [],
  );
  const notes = brokenCounts === 0 ? [] : [`counters of ${broken} were lost with a listener or switch`];
  if (parts.length === 0 && unseen.length === 0 && notes.length === 0) return undefined;
  const told = parts.length > 0 ? `${headline(report)}: ${parts.join(', ')}` : 'no loss was seen';
  if (unseen.length > 0) notes.push(`not counted on this testbed: ${unseen.join(', ')}`);
  return [told, ...notes].join('; ');
}

function headline({ lostPackets, mirroredPackets, lostShare }: LossReport): string {
  if (lostPackets === null || mirroredPackets === null || lostShare === null) return 'loss as far as it was counted';
  const percent = (100 * lostShare).toFixed(lostShare < 0.01 ? 3 : 1);
  return `${lostPackets} of ${mirroredPackets} mirrored frames lost (${percent} %)`;
}

interface Gaps {
  readonly mirror: number | null;
  readonly capture: number | null;
  readonly broken: boolean;
}

/** Frames that came to one stage and not to the next. */
function gapsOf(counters: CaptureCounters): Gaps {
  const { mirroredPackets, destinationDroppedPackets, nicReceivedPackets } = counters;
  const { ringDroppedPackets, filteredPackets, filePackets } = counters;
  const mirror = minus(mirroredPackets, destinationDroppedPackets, nicReceivedPackets);
  const capture = minus(nicReceivedPackets, ringDroppedPackets, filteredPackets, filePackets);
  if ((mirror ?? 0) >= 0 && (capture ?? 0) >= 0) return { mirror, capture, broken: false };
  // The NIC's count went with its listener; what was mirrored and is in no file is missing all the same.
  const missing = minus(
    mirroredPackets,
    destinationDroppedPackets,
    ringDroppedPackets,
    filteredPackets ?? 0,
    filePackets,
  );
  return { mirror: missing === null ? null : Math.max(0, missing), capture: 0, broken: true };
}

function plus(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

function minus(from: number | null, ...parts: readonly (number | null)[]): number | null {
  return parts.reduce<number | null>((rest, part) => (rest === null || part === null ? null : rest - part), from);
}

function share(part: number | null, whole: number | null): number | null {
  if (part === null || whole === null) return null;
  return whole === 0 ? 0 : part / whole;
}
