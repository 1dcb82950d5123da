import { transfer } from 'comlink';
import { ERROR, MooringError } from '../base/index.js';
import {
  type Capture,
  type CaptureAnalysis,
  type CaptureComparison,
  type CaptureFilter,
  type CaptureProgress,
  COUNTER_COLUMNS,
  type Connection,
  type ConnectionLimits,
  type ConnectionSeries,
  type ConnectionTable,
  compareCaptures,
  type DirectionColumn,
  type HeadColumn,
  type HeadValues,
  openCapture,
} from '../capture/index.js';

/** The figures of each direction that cross to the page as columns; the others come with `connection`. */
export const SESSION_COLUMNS = [
  'packets',
  'bytes',
  'dataBytes',
  'uniqueBytes',
  'ackedBytes',
  ...COUNTER_COLUMNS,
  'inFlightMaxBytes',
  'rttSamples',
  'rttMinUs',
  'rttMeanUs',
  'rttP95Us',
] as const satisfies readonly DirectionColumn[];

/** One array for each of `SESSION_COLUMNS`, an entry for each connection. */
export type DirectionColumns = Readonly<Record<(typeof SESSION_COLUMNS)[number], Float64Array>>;

/** Connections as columns, in order of their first packets. */
export interface ConnectionColumns {
  readonly length: number;
  readonly number: Float64Array;
  readonly src: readonly string[];
  readonly srcPort: Float64Array;
  readonly dst: readonly string[];
  readonly dstPort: Float64Array;
  readonly startUs: Float64Array;
  readonly durationUs: Float64Array;
  readonly ending: readonly Connection['ending'][];
  readonly forward: DirectionColumns;
  readonly backward: DirectionColumns;
}

/** What an analysis found, as it crosses to the page. */
export interface CaptureOverview extends Omit<CaptureAnalysis, 'connections'> {
  readonly connections: ConnectionColumns;
}

/** A capture behind a thread: files in once, figures out as transferred columns. One capture at a time. */
export type CaptureService = {
  /** Reads and analyses `files`; what was open before is forgotten. Rejects as `openCapture` does. */
  analyse(
    files: readonly Blob[],
    onProgress?: (progress: CaptureProgress) => void,
    filter?: CaptureFilter,
  ): Promise<CaptureOverview>;
  /** Everything of one connection, by its number. */
  connection(number: number): Connection;
  /** One connection over time in bins of `binUs`, with its marks; reads the files again. */
  series(number: number, binUs: number, onProgress?: (progress: CaptureProgress) => void): Promise<ConnectionSeries>;
  /** What limited one connection, interval by interval; reads the files again. */
  limits(number: number, onProgress?: (progress: CaptureProgress) => void): Promise<ConnectionLimits>;
  /** Two captures of one path, point by point; what is open stays open. Rejects as `compareCaptures` does. */
  compare(
    a: readonly Blob[],
    b: readonly Blob[],
    onProgress?: (progress: CaptureProgress) => void,
  ): Promise<CaptureComparison>;
  /** Ends what is being read: the call that waits for it rejects with an AbortError. */
  cancel(): void;
};

/**
 * The service a capture worker offers.
 *
 * @example
 * ```ts
 * const service = createCaptureService();
 * // pcap's file header alone: a capture without packets
 * const empty = Uint8Array.from([0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 0, 0, 1, 0, 0, 0]);
 * (await service.analyse([new Blob([empty])])).totals.packets; // 0
 * ```
 */
export function createCaptureService(): CaptureService {
  let capture: Capture | undefined;
  let table: ConnectionTable | undefined;
  let reading: AbortController | undefined;
  return {
    async analyse(files, onProgress, filter) {
      const signal = begin();
      table = undefined;
      capture = await openCapture(files);
      const analysis = await capture.analyse({
        signal,
        ...(onProgress ? { onProgress } : {}),
        ...(filter ? { filter } : {}),
      });
      table = analysis.connections;
      const overview = overviewOf(analysis);
      return transfer(overview, buffersOf(overview));
    },
    connection(number) {
      const found = table?.get(number);
      if (found) return found;
      throw new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, `there is no connection ${number}`, {
        argument: 'number',
      });
    },
    async series(number, binUs, onProgress) {
      if (!capture) throw noCapture();
      const options = {
        connection: number,
        binUs,
        marks: true,
        signal: begin(),
        ...(onProgress ? { onProgress } : {}),
      };
      const series = await capture.series(options);
      return transfer(series, buffersIn([series, series.forward, series.backward, series.marks ?? {}]));
    },
    async limits(number, onProgress) {
      if (!capture) throw noCapture();
      const options = { connection: number, signal: begin(), ...(onProgress ? { onProgress } : {}) };
      const { connections } = await capture.limits(options);
      // One without data has no directions that something could limit.
      return connections[0] ?? { connection: this.connection(number), directions: [] };
    },
    async compare(a, b, onProgress) {
      const options = { signal: begin(), ...(onProgress ? { onProgress } : {}) };
      const found = await compareCaptures(await openCapture(a), await openCapture(b), options);
      return transfer(found, buffersIn([found, found.aToB.series, found.bToA.series]));
    },
    cancel: () => reading?.abort(),
  };

  // One thing is read at a time: what was being read is given up.
  function begin(): AbortSignal {
    reading?.abort();
    reading = new AbortController();
    return reading.signal;
  }
}

function noCapture(): MooringError {
  return new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, 'no capture is open: call analyse first', {
    argument: 'files',
  });
}

function overviewOf({ connections, ...rest }: CaptureAnalysis): CaptureOverview {
  const head = <Name extends HeadColumn>(name: Name): HeadValues<Name> => connections.column('connection', name);
  const side = (name: 'forward' | 'backward'): DirectionColumns =>
    Object.fromEntries(SESSION_COLUMNS.map((column) => [column, connections.column(name, column)])) as DirectionColumns;
  return {
    ...rest,
    connections: {
      length: connections.length,
      number: head('number'),
      src: head('src'),
      srcPort: head('srcPort'),
      dst: head('dst'),
      dstPort: head('dstPort'),
      startUs: head('startUs'),
      durationUs: head('durationUs'),
      ending: head('ending'),
      forward: side('forward'),
      backward: side('backward'),
    },
  };
}

function buffersOf({ connections, overall }: CaptureOverview): ArrayBuffer[] {
  return buffersIn([connections, connections.forward, connections.backward, overall]);
}

/** Buffers of the arrays that stand directly in `groups`. */
function buffersIn(groups: readonly object[]): ArrayBuffer[] {
  return groups
    .flatMap((group) => Object.values(group))
    .filter((value): value is Float64Array<ArrayBuffer> | Uint8Array<ArrayBuffer> => ArrayBuffer.isView(value))
    .map(({ buffer }) => buffer);
}
