import {
  type AnalyseOptions,
  analyseRun,
  analysisSetup,
  type CaptureAnalysis,
  MOST_CONNECTIONS,
  takeRows,
} from './analysis.js';
import type { Capture } from './capture.js';
import { ConnectionTable } from './connections.js';
import { connectionFilter } from './filter.js';
import { CaptureRun } from './run.js';
import type { CaptureTotals, CaptureWarning, Connection } from './types.js';

/** A capture that goes on, as it stands. */
export interface LiveSnapshot {
  readonly totals: CaptureTotals;
  /** Connections that go on, those whose packets came last first; up to 512. */
  readonly connections: readonly Connection[];
  /** All that were seen, ended ones too. */
  readonly connectionsSeen: number;
  readonly warnings: readonly CaptureWarning[];
}

/** An analysis that can be looked at while it goes on. */
export interface LiveAnalysis {
  /** What `analyse` of the whole gives, once the source has ended. Rejects as it does. */
  readonly done: Promise<CaptureAnalysis>;
  /** How it stands now. */
  snapshot(): LiveSnapshot;
}

/**
 * Analyses a capture whose bytes are still to come, a pipe or an interface, as `analyse` does, and says how it stands
 * whenever asked.
 *
 * @example
 * ```ts
 * // A pcap header and nothing after it; usually the bytes come from a pipe.
 * const bytes = new Uint8Array(24);
 * new DataView(bytes.buffer).setUint32(0, 0xa1b2c3d4, true);
 * new DataView(bytes.buffer).setUint32(20, 1, true);
 * const live = watchCapture(await openCapture(new Blob([bytes]).stream()));
 * console.log(live.snapshot().connections.length); // 0
 * const { totals } = await live.done;
 * console.log(totals.packets); // 0
 * ```
 */
export function watchCapture(capture: Capture, options: AnalyseOptions = {}): LiveAnalysis {
  const { sources, decompressors } = capture.inputs;
  const run = new CaptureRun(sources, decompressors, analysisSetup(options), options);
  const ended = new ConnectionTable(options.maxConnections ?? MOST_CONNECTIONS);
  const keep = connectionFilter(options.filter);
  // A read that waits for bytes has a place in the module's memory, which must not grow and move before they come.
  run.wasm.showLive();
  return {
    done: analyseRun(run, options, ended),
    snapshot: () => {
      // Rows of ended connections may wait in the queue that now takes those of the others.
      takeRows(run, ended);
      run.wasm.showLive();
      const live = new ConnectionTable(MOST_LIVE);
      takeRows(run, live);
      if (keep) live.retain(keep);
      return {
        totals: run.totals(),
        connections: [...live],
        connectionsSeen: run.wasm.createdConnections(),
        warnings: run.warnings,
      };
    },
  };
}

/** As many as the module's queue holds. */
const MOST_LIVE = 512;
