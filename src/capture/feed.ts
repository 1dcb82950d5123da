import { ERROR, MooringError } from '../base/index.js';
import type { CaptureInstance, CompareInstance } from '../core/index.js';
import { FORMAT, LIMIT, STEP, WARN } from '../generated/capture.js';
import { captureMembers, type Member } from './container.js';
import type { Decompressors } from './decompress.js';
import { fileInterfaces } from './interfaces.js';
import { type ByteReader, type ByteSource, counted } from './source.js';
import type { CaptureFile, CaptureWarning, RunOptions } from './types.js';
import { wordsOf } from './words.js';

interface Stream {
  readonly slot: number;
  source: ByteSource;
  raw: ByteReader;
  members: AsyncGenerator<Member>;
  member: Member | undefined;
  found: number;
}

const CHUNK = 1 << 20;
const SMALL_CHUNK = 1 << 18;
/** With more files than this, each gets a smaller buffer. */
export const OPEN_AT_ONCE = 4;
const PROGRESS_BYTES = 1 << 20;

const formatOf = wordsOf<keyof typeof FORMAT, CaptureFile['format']>(
  FORMAT,
  { UNKNOWN: 'unknown', PCAP: 'pcap', PCAPNG: 'pcapng' },
  'the format of a capture',
);

/** Brings the bytes of captures to a module that reads them, through archives and compression. */
export class CaptureFeed {
  readonly warnings: CaptureWarning[] = [];
  readonly files: CaptureFile[] = [];
  /** Which stream each of `files` was read from. */
  readonly fileStreams: number[] = [];
  readonly #wasm: CaptureInstance | CompareInstance;
  readonly #sources: readonly ByteSource[];
  readonly #decompressors: Decompressors;
  readonly #options: RunOptions;
  readonly #streams: Stream[] = [];
  readonly #free: Stream[] = [];
  #bytesRead = 0;
  #bytesTold = 0;
  #closed = false;

  constructor(
    wasm: CaptureInstance | CompareInstance,
    sources: readonly ByteSource[],
    decompressors: Decompressors,
    options: RunOptions,
  ) {
    this.#wasm = wasm;
    this.#sources = sources;
    this.#decompressors = decompressors;
    this.#options = options;
  }

  /** Handles packets, `most` at a time, and brings the streams' bytes until the module has something to say. */
  async step(most: number): Promise<number> {
    for (;;) {
      this.#options.signal?.throwIfAborted();
      if (this.#closed) throw closedError();
      const status = this.#wasm.step(most) >>> 0;
      if (status < STEP.DONE) {
        const fed = this.#feed(status);
        if (fed) await fed;
      } else if (status >= STEP.ENDED) await this.#advance(this.#streams[status - STEP.ENDED]!);
      else if (status !== STEP.MORE) return status;
    }
  }

  /** Closes what is open; the next step rejects. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const stream of this.#streams.splice(0)) await closeStream(stream);
  }

  /** Opens a source; gives the number of its stream. */
  async open(source: ByteSource): Promise<number> {
    const reused = this.#free.pop();
    const chunk = this.#sources.length > OPEN_AT_ONCE ? SMALL_CHUNK : CHUNK;
    const slot = reused?.slot ?? this.#wasm.addReader(chunk);
    if (slot < 0) {
      throw new MooringError(
        ERROR.MOORING_ERR_CAPTURE_TOO_MANY_FILES,
        `More than ${LIMIT.OPEN_FILES} captures overlap in time: merge some first (mergecap), or give fewer.`,
        { files: this.#sources.length },
      );
    }
    const raw = counted(source.open(), (bytes) => {
      this.#bytesRead += bytes;
    });
    const members = captureMembers(raw, source.name, {
      decompressors: this.#decompressors,
      storedBytes: () => this.#bytesRead,
      warn: (warning) => this.warnings.push(warning),
    });
    const stream: Stream = { slot, source, raw, members, member: undefined, found: 0 };
    this.#streams[slot] = stream;
    if (reused) this.#wasm.restartReader(slot);
    await this.#begin(stream);
    return slot;
  }

  async #begin(stream: Stream): Promise<void> {
    const next = await stream.members.next();
    stream.member = next.done ? undefined : next.value;
    if (stream.member) {
      stream.found += 1;
      return;
    }
    if (stream.found === 0 && this.#sources.length === 1 && this.warnings.length === 0) {
      throw new MooringError(
        ERROR.MOORING_ERR_CAPTURE_UNKNOWN_FORMAT,
        `${stream.source.name}: no capture (pcap or pcapng) in this archive`,
        { source: stream.source.name },
      );
    }
    this.#wasm.readerCommit(stream.slot, 0);
  }

  // A member has ended: note what it was, go on to the next of its archive.
  async #advance(stream: Stream): Promise<void> {
    const { member } = stream;
    if (!member) {
      await closeStream(stream);
      this.#free.push(stream);
      return;
    }
    this.#note(stream.slot, member);
    stream.member = undefined;
    this.#wasm.restartReader(stream.slot);
    await this.#begin(stream);
  }

  #feed(slot: number): Promise<void> | undefined {
    const wasm = this.#wasm;
    const stream = this.#streams[slot]!;
    if (!stream.member) {
      wasm.readerCommit(slot, 0);
      return undefined;
    }
    const at = wasm.readerSpace(slot) >>> 0;
    const into = new Uint8Array(wasm.memory.buffer, at, Math.min(CHUNK, wasm.readerSpaceBytes(slot)));
    const got = stream.member.reader.read(into);
    if (typeof got !== 'number') return got.then((count) => this.#commit(slot, count));
    this.#commit(slot, got);
    return undefined;
  }

  #commit(slot: number, count: number): void {
    this.#wasm.readerCommit(slot, count);
    if (this.#bytesRead - this.#bytesTold >= PROGRESS_BYTES) this.progress();
  }

  /** Tells how far it is. */
  progress(): void {
    this.#bytesTold = this.#bytesRead;
    const total = this.#sources.reduce((sum, source) => sum + (source.size ?? Number.NaN), 0);
    this.#options.onProgress?.({
      bytesRead: this.#bytesRead,
      ...(Number.isNaN(total) ? {} : { bytesTotal: total }),
      packets: this.#wasm.totalPackets(),
    });
  }

  #note(slot: number, member: Member): void {
    const wasm = this.#wasm;
    const records = wasm.readerRecords(slot);
    this.fileStreams.push(slot);
    this.files.push({
      name: member.name,
      format: formatOf(wasm.readerFormat(slot)),
      packets: records,
      interfaces: fileInterfaces(wasm, slot),
    });
    const bits = wasm.readerWarnings(slot);
    if (bits)
      this.warnings.push(...readerWarnings(bits, member.name, (bit) => wasm.readerWarningOffset(slot, bit), records));
  }
}

/** A capture that was closed while, or before, it was read. */
export function closedError(): MooringError {
  return new MooringError(ERROR.MOORING_ERR_CAPTURE_CLOSED, 'The capture was closed: open it again to read it.');
}

async function closeStream(stream: Stream): Promise<void> {
  await stream.members.return(undefined);
  await stream.raw.close();
}

function readerWarnings(
  bits: number,
  source: string,
  offsetOf: (warning: number) => number,
  packets: number,
): CaptureWarning[] {
  const after = `after ${packets} packets`;
  const texts: Readonly<Record<keyof typeof WARN, (offset: number) => readonly [CaptureWarning['code'], string]>> = {
    CUT: (at) => ['cut', `the capture is cut inside a record at byte ${at}, ${after}; what came before was read`],
    MALFORMED: (at) => ['malformed', `the record at byte ${at}, ${after}, contradicts itself; reading stopped there`],
    UNKNOWN_FORMAT: () => ['malformed', 'no pcap or pcapng'],
    PACKET: (at) => ['packet', `packet blocks from byte ${at} name no known interface or lie about their length`],
    LINK_TYPE: (at) => ['link-type', `a link type we do not decode, from byte ${at}: its packets are only counted`],
    VERSION: (at) => [
      'version',
      `a header at byte ${at} has a version we do not know; it was read as the last we know`,
    ],
  };
  return (Object.keys(texts) as Array<keyof typeof WARN>)
    .filter((name) => bits & WARN[name])
    .map((name) => {
      const offset = offsetOf(WARN[name]);
      const [code, text] = texts[name](offset);
      return { code, source, offset, message: `${source}: ${text}` };
    });
}
