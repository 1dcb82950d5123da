/**
 * Frames of one mirror over one capture, counted at every stage:
 *
 * ```text
 *  mirrored ─┬─ destinationDropped         (the NIC port's switch port was too slow)
 *            └─ nicReceived ─┬─ ringDropped (the capture was too slow)
 *                            ├─ filtered    (the filter expression did not want them)
 *                            └─ file
 * ```
 */
export interface CaptureCounters {
  readonly mirroredPackets: number;
  readonly destinationDroppedPackets: number;
  readonly nicReceivedPackets: number;
  readonly ringDroppedPackets: number;
  /** 0 without a filter expression; with one, what remains of the NIC's count. */
  readonly filteredPackets: number;
  readonly filePackets: number;
}

/** What {@link CaptureCounters} add up to. The two unexplained counts are 0 when nothing went unseen. */
export interface LossReport extends CaptureCounters {
  readonly lostPackets: number;
  /** Lost of mirrored, 0 … 1. */
  readonly lostShare: number;
  readonly unexplainedAtMirrorPackets: number;
  readonly unexplainedAtCapturePackets: number;
}

/**
 * Adds captures up and says how much was lost where.
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
  const sum = (pick: (counters: CaptureCounters) => number): number =>
    captures.reduce((total, counters) => total + pick(counters), 0);
  const mirroredPackets = sum((counters) => counters.mirroredPackets);
  const destinationDroppedPackets = sum((counters) => counters.destinationDroppedPackets);
  const nicReceivedPackets = sum((counters) => counters.nicReceivedPackets);
  const ringDroppedPackets = sum((counters) => counters.ringDroppedPackets);
  const filteredPackets = sum((counters) => counters.filteredPackets);
  const filePackets = sum((counters) => counters.filePackets);
  const lostPackets = destinationDroppedPackets + ringDroppedPackets;
  return {
    mirroredPackets,
    destinationDroppedPackets,
    nicReceivedPackets,
    ringDroppedPackets,
    filteredPackets,
    filePackets,
    lostPackets,
    lostShare: mirroredPackets === 0 ? 0 : lostPackets / mirroredPackets,
    unexplainedAtMirrorPackets: mirroredPackets - destinationDroppedPackets - nicReceivedPackets,
    unexplainedAtCapturePackets: nicReceivedPackets - ringDroppedPackets - filteredPackets - filePackets,
  };
}

/**
 * One line for people, or undefined when every mirrored frame is in a file.
 *
 * @example
 * ```ts
 * console.log(formatLoss(accountLoss([]))); // undefined
 * ```
 */
export function formatLoss(report: LossReport): string | undefined {
  const parts: string[] = [];
  if (report.destinationDroppedPackets > 0) {
    parts.push(`${report.destinationDroppedPackets} dropped at the mirror's destination`);
  }
  if (report.ringDroppedPackets > 0) parts.push(`${report.ringDroppedPackets} dropped by the capture ring`);
  if (report.unexplainedAtMirrorPackets !== 0) {
    parts.push(`${report.unexplainedAtMirrorPackets} unexplained between mirror and NIC`);
  }
  if (report.unexplainedAtCapturePackets !== 0) {
    parts.push(`${report.unexplainedAtCapturePackets} unexplained between NIC and file`);
  }
  if (parts.length === 0) return undefined;
  const share = (100 * report.lostShare).toFixed(report.lostShare < 0.01 ? 3 : 1);
  return `${report.lostPackets} of ${report.mirroredPackets} mirrored frames lost (${share} %): ${parts.join(', ')}`;
}
