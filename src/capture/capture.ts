import { ERROR, MooringError } from '../base/index.js';
import type { CaptureInstance } from '../core/index.js';
import { MODE } from '../generated/capture.js';
import { parseNetwork } from './address.js';
import { type AnalyseOptions, analyseRun, analysisSetup, type CaptureAnalysis, takeRows } from './analysis.js';
import { type PacketBatch, takeBatch } from './batches.js';
import { ConnectionTable } from './connections.js';
import { captureMembers } from './container.js';
import { type Decompressors, portableDecompressors } from './decompress.js';
import { readEchoes } from './echoes.js';
import { closedError } from './feed.js';
import { connectionFilter } from './filter.js';
import { type LimitsAnalysis, type LimitsOptions, LimitTally } from './limits/index.js';
import { type ConnectionMarks, MarkColumns } from './marks.js';
import { CaptureRun, type RunSetup } from './run.js';
import { type ConnectionSeries, readSeries, type SeriesOptions } from './series.js';
import { type ByteSource, type CaptureBytes, toByteSource } from './source.js';
import type { CaptureFile, CaptureTotals, CaptureWarning, Connection, EchoSummary, RunOptions } from './types.js';
import { readUnread, type UnreadKind } from './unread.js';

/** What the host brings to opening captures. */
export interface OpenCaptureOptions {
  /** Decompressors of the host, where it has faster ones (`mooring/node` brings zlib's). */
  readonly decompressors?: Partial<Decompressors>;
}

/** Which connection. */
export interface ConnectionOptions extends RunOptions {
  /** `Connection.number`. */
  readonly connection: number;
}

/** What a look at every packet's headers says, without connections. */
export interface CaptureInfo {
  readonly totals: CaptureTotals;
  /** What is in the capture and was not read, the most packets first. */
  readonly unread: readonly UnreadKind[];
  readonly files: readonly CaptureFile[];
  readonly warnings: readonly CaptureWarning[];
}

/** The echoes of a capture. */
export interface EchoAnalysis extends CaptureInfo {
  readonly echoes: readonly EchoSummary[];
}

/**
 * Opens captures: pcap or pcapng, plain or in gzip, zstd, tar, told by their content. Several are
 * merged by time; members of one archive follow each other. Nothing is loaded as a whole, and each
 * call of the result reads the sources again (a stream can be read once).
 *
 * Throws MOORING_ERR_CAPTURE_UNKNOWN_FORMAT for bytes that are no capture, MOORING_ERR_BAD_ARGUMENT
 * for a source of another kind. A capture that is cut or damaged gives what came before, and a warning.
 *
 * @example
 * ```ts
 * // A pcap header and nothing after it; usually the bytes come from a file.
 * const bytes = new Uint8Array(24);
 * new DataView(bytes.buffer).setUint32(0, 0xa1b2c3d4, true);
 * new DataView(bytes.buffer).setUint32(20, 1, true);
 * const capture = await openCapture(bytes); // or a File of a page, a stream, …
 * const { connections, echoes, warnings } = await capture.analyse();
 * for (const c of connections) console.log(c.src, c.srcPort, c.forward.retransmittedPackets);
 * console.log(echoes, warnings);
 * ```
 */
export async function openCapture(
  source: CaptureBytes | readonly CaptureBytes[],
  options: OpenCaptureOptions = {},
): Promise<Capture> {
  const inputs: readonly CaptureBytes[] = Array.isArray(source) ? source : [source as CaptureBytes];
  const sources = inputs.map((input, index) => toByteSource(input, index));
  const decompressors = { ...portableDecompressors, ...options.decompressors };
  for (const one of sources) if (!one.once) await probe(one, decompressors);
  return new Capture(sources, decompressors);
}

/**
 * Captures that were opened with `openCapture`. Every method is one pass over the bytes.
 *
 * @example
 * ```ts
 * // A pcap header and nothing after it; usually the bytes come from a file.
 * const bytes = new Uint8Array(24);
 * new DataView(bytes.buffer).setUint32(0, 0xa1b2c3d4, true);
 * new DataView(bytes.buffer).setUint32(20, 1, true);
 * const capture = await openCapture(bytes);
 * const { totals, files } = await capture.info();
 * console.log(totals.packets, files[0]?.format);
 * await capture.close(); // or `await using capture = …`
 * ```
 */
export class Capture {
  readonly #sources: readonly ByteSource[];
  readonly #decompressors: Decompressors;
  /** Passes that are not over. */
  readonly #runs = new Set<CaptureRun>();
  #closed = false;

  /** @internal */
  constructor(sources: readonly ByteSource[], decompressors: Decompressors) {
    this.#sources = sources;
    this.#decompressors = decompressors;
  }

  /** @internal What `compareCaptures` reads from. */
  get inputs(): { readonly sources: readonly ByteSource[]; readonly decompressors: Decompressors } {
    if (this.#closed) throw closedError();
    return { sources: this.#sources, decompressors: this.#decompressors };
  }

  /** Names of the sources. */
  get names(): readonly string[] {
    return this.#sources.map((source) => source.name);
  }

  /** Bytes as stored, where known. */
  get sizeBytes(): number | undefined {
    const total = this.#sources.reduce((sum, source) => sum + (source.size ?? Number.NaN), 0);
    return Number.isNaN(total) ? undefined : total;
  }

  /** Decodes every packet and counts. */
  async info(options: RunOptions = {}): Promise<CaptureInfo> {
    const run = this.#run({ mode: 0 }, options);
    for await (const _ of run.events());
    return { totals: run.totals(), unread: readUnread(run.wasm), files: run.files, warnings: run.warnings };
  }

  /**
   * Decoded packets in time order, up to 8192 at a time, as columns. `connections: false` leaves
   * the TCP analysis (and the column `connection`) out, which is faster.
   *
   * @example
   * ```ts
   * let bytes = 0;
   * for await (const batch of capture.batches()) {
   *   for (let i = 0; i < batch.length; i += 1) if (batch.kind[i] === PACKET_KIND.TCP) bytes += batch.payloadBytes[i];
   * }
   * ```
   */
  async *batches(options: RunOptions & { readonly connections?: boolean } = {}): AsyncGenerator<PacketBatch> {
    const run = this.#run({ mode: MODE.BATCH | (options.connections === false ? 0 : MODE.TCP) }, options);
    for await (const event of run.events()) {
      if (event === 'batch') yield takeBatch(run.wasm);
      else if (event === 'rows') run.wasm.clearRows();
    }
  }

  /** Runs the whole analysis: connections, echoes, overall throughput, warnings. */
  async analyse(options: AnalyseOptions = {}): Promise<CaptureAnalysis> {
    const run = this.#run(analysisSetup(options), options);
    return await analyseRun(run, options);
  }

  /** Only the ICMP and ICMPv6 echoes. */
  async echoes(options: RunOptions = {}): Promise<EchoAnalysis> {
    const run = this.#run({ mode: MODE.ECHO }, options);
    for await (const _ of run.events());
    return {
      totals: run.totals(),
      echoes: readEchoes(run.wasm),
      unread: readUnread(run.wasm),
      files: run.files,
      warnings: run.warnings,
    };
  }

  /**
   * One connection over time: throughput, in flight, RTT in bins, and the marks of a time–sequence
   * graph when asked for. Throws MOORING_ERR_CAPTURE_NO_FLOW where there is no such connection.
   */
  async series(options: SeriesOptions): Promise<ConnectionSeries> {
    const bins = { widthUs: options.binUs ?? 10_000, capacity: options.maxBins ?? 4096 };
    const marks = new MarkColumns(options.maxMarks ?? 4_000_000);
    const setup = { mode: MODE.TCP, focus: options.connection, bins, marks: options.marks === true };
    const { run, connection } = await this.#focus(setup, options, (wasm) => marks.take(wasm));
    return {
      connection,
      ...readSeries(run.wasm),
      ...(options.marks ? { marks: marks.columns() } : {}),
      marksDropped: marks.dropped,
    };
  }

  /** The figures of one connection alone. Throws MOORING_ERR_CAPTURE_NO_FLOW. */
  async connection(options: ConnectionOptions): Promise<Connection> {
    return (await this.#focus({ mode: MODE.TCP, focus: options.connection }, options, () => undefined)).connection;
  }

  /**
   * What kept the senders from sending more: the application, a window, losses, their pace; of every connection, or of
   * one with its intervals. Throws MOORING_ERR_CAPTURE_NO_FLOW where there is no such connection.
   *
   * @example
   * ```ts
   * const { connections } = await capture.limits();
   * for (const { connection, directions } of connections) console.log(connection.number, directions[0]?.mostly);
   * ```
   */
  async limits(options: LimitsOptions = {}): Promise<LimitsAnalysis> {
    const { connection: only, maxConnections = 65_536, maxIntervals = 100_000 } = options;
    const tally = new LimitTally(only, maxConnections, maxIntervals);
    const run = this.#run({ mode: MODE.TCP, causes: true }, options);
    const found = new ConnectionTable(only === undefined ? maxConnections : 1);
    for await (const event of run.events()) {
      if (event !== 'rows') continue;
      tally.take(run.wasm);
      takeRows(run, found, only);
    }
    if (only !== undefined && !found.get(only)) throw noFlow(run, only);
    const keep = connectionFilter(options.filter);
    if (keep && only === undefined) found.retain(keep);
    return {
      connections: [...found].flatMap((connection) => tally.of(connection) ?? []),
      intervalsDropped: tally.intervalsDropped,
      connectionsDropped: tally.connectionsDropped,
      files: run.files,
      warnings: run.warnings,
    };
  }

  /**
   * Hands on what a datapath would have known at each ACK of one connection: marks of the kind `PRIMITIVE`, in time
   * order, a number of them at a time. Throws MOORING_ERR_CAPTURE_NO_FLOW.
   */
  async primitives(options: ConnectionOptions, take: (marks: ConnectionMarks) => void): Promise<void> {
    const setup = { mode: MODE.TCP, focus: options.connection, primitives: true };
    await this.#focus(setup, options, (wasm) => {
      const marks = new MarkColumns(Number.MAX_SAFE_INTEGER);
      marks.take(wasm);
      take(marks.columns());
    });
  }

  /**
   * Ends the passes under way, once the read each waits for has come, and closes the files and streams they
   * opened; they and later calls reject with MOORING_ERR_CAPTURE_CLOSED. A pass that ran to its end has closed
   * its own already, so this matters where one is left in the middle. `await using` calls it.
   */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#runs].map((run) => run.close()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  // A run of which one connection matters.
  async #focus(
    setup: RunSetup,
    options: ConnectionOptions,
    onMarks: (wasm: CaptureInstance) => void,
  ): Promise<{ run: CaptureRun; connection: Connection }> {
    const run = this.#run(setup, options);
    const found = new ConnectionTable(1);
    for await (const event of run.events()) {
      if (event === 'marks') onMarks(run.wasm);
      else if (event === 'rows') takeRows(run, found, options.connection);
    }
    const connection = found.get(options.connection);
    if (connection) return { run, connection };
    throw noFlow(run, options.connection);
  }

  #run(setup: RunSetup, options: RunOptions): CaptureRun {
    for (const host of options.filter?.hosts ?? []) parseNetwork(host);
    if (this.#closed) throw closedError();
    const run = new CaptureRun(this.#sources, this.#decompressors, setup, options, () => this.#runs.delete(run));
    this.#runs.add(run);
    return run;
  }
}

function noFlow(run: CaptureRun, connection: number): MooringError {
  const connections = run.wasm.createdConnections();
  return new MooringError(
    ERROR.MOORING_ERR_CAPTURE_NO_FLOW,
    `there is no connection ${connection}: this capture has ${connections} TCP connections`,
    { connection, connections },
  );
}

// Bytes that are no capture are told at once, not when the first pass begins.
async function probe(source: ByteSource, decompressors: Decompressors): Promise<void> {
  const reader = source.open();
  let bytes = 0;
  const members = captureMembers(reader, source.name, {
    decompressors,
    storedBytes: () => bytes,
    warn: () => {
      bytes = 1;
    },
  });
  try {
    await members.next();
  } finally {
    await members.return(undefined);
    await reader.close();
  }
}
