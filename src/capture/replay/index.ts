import type { Capture } from '../capture.js';
import { Replay } from './run.js';
import type { CaptureReplayOptions, CaptureReplayResult } from './types.js';

export type { CaptureReplayOptions, CaptureReplayReport, CaptureReplayResult } from './types.js';

/**
 * Runs a datapath program on the ACKs of one connection, with primitives derived from the capture, and lists what it
 * would have reported and set. Two passes. Throws MOORING_ERR_CAPTURE_NO_FLOW, or a CompileError for a program with
 * errors.
 *
 * @example
 * ```ts fragment
 * const capture = await openCapture(new Blob([]));
 * const program = '(def (Report (volatile acked 0))) (when true (:= Report.acked Ack.bytes_acked) (report))';
 * const { reports } = await replayCapture(capture, { connection: 1, program });
 * ```
 */
export async function replayCapture(capture: Capture, options: CaptureReplayOptions): Promise<CaptureReplayResult> {
  const replay = new Replay(await capture.connection(options), options);
  await capture.primitives(options, (marks) => replay.take(marks));
  return replay.result();
}
