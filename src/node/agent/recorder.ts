import { closeSync, fstatSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { ERROR, MooringError } from '../../base/index.js';
import { parseRecording, RECORDING_HEADER, type RecordedMessage } from '../../wire/index.js';
import { reasonOf } from '../files/index.js';

export type { RecordedMessage };

const FLUSH_BYTES = 1 << 16;
const NEWLINE = 10;

/**
 * Writes a recording: a line that names the format, then a JSON line for each message, with its time in µs
 * since 1970, its direction (`in`: to the agent), the datapath and the bytes in hex. Whole lines at a time,
 * so several threads may append to one file. What fails while it records ends the recording at its last whole line, and
 * nothing else: what is watched is not to end by being watched.
 */
export class Recorder implements Disposable {
  readonly #fd: number;
  #lines = '';
  #failure: Error | undefined;
  #ended = false;

  private constructor(
    readonly path: string,
    flags: 'w' | 'a',
  ) {
    try {
      this.#fd = openSync(path, flags);
    } catch (cause) {
      throw cannotWrite(path, cause);
    }
  }

  /** A new recording in place of what `path` held. Throws MOORING_ERR_AGENT_RECORD. */
  static begin(path: string): Recorder {
    const recorder = new Recorder(path, 'w');
    try {
      writeSync(recorder.#fd, `${JSON.stringify(RECORDING_HEADER)}\n`);
      return recorder;
    } catch (cause) {
      closeSync(recorder.#fd);
      throw cannotWrite(path, cause);
    }
  }

  /** Goes on with a recording another thread began. Throws MOORING_ERR_AGENT_RECORD. */
  static append(path: string): Recorder {
    return new Recorder(path, 'a');
  }

  note(direction: 'in' | 'out', address: string, bytes: Uint8Array, nowUs: number): void {
    if (this.#ended) return;
    const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
    this.#lines += `{"us":${Math.floor(nowUs)},"dir":"${direction}","peer":${JSON.stringify(address)},"hex":"${hex}"}\n`;
    if (this.#lines.length >= FLUSH_BYTES) this.flush();
  }

  flush(): void {
    if (this.#lines === '' || this.#ended) return;
    const bytes = Buffer.from(this.#lines);
    this.#lines = '';
    let written = 0;
    try {
      while (written < bytes.length) written += writeSync(this.#fd, bytes, written);
    } catch (error) {
      this.#end(error as Error, written - (bytes.lastIndexOf(NEWLINE, written - 1) + 1));
    }
  }

  close(): void {
    this.flush();
    this.#end();
  }

  /** Why it recorded no more, once; undefined where it still does, or was closed. */
  takeFailure(): MooringError | undefined {
    const failure = this.#failure;
    this.#failure = undefined;
    return failure && cannotWrite(this.path, failure);
  }

  #end(failure?: Error, cutBytes = 0): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#failure = failure;
    try {
      if (cutBytes > 0) ftruncateSync(this.#fd, fstatSync(this.#fd).size - cutBytes);
    } catch {
      // Then the line stays cut, which whoever reads it can tell.
    }
    try {
      closeSync(this.#fd);
    } catch (error) {
      // Some file systems say only now that there was no room.
      this.#failure ??= error as Error;
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/**
 * The messages of a recording in the order of their times. A line that was cut (the agent was killed, the disk was full) is
 * left out, also where another thread's line goes on behind it. Throws MOORING_ERR_AGENT_RECORD, with `detail.line`, for what is no recording.
 *
 * @example
 * ```ts
 * try { readRecording('missing.jsonl'); } catch (error) { console.log((error as MooringError).code); }
 * ```
 */
export function readRecording(path: string): RecordedMessage[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw failure(path, `cannot be read: ${reasonOf(cause)}`, cause);
  }
  const read = parseRecording(text);
  if (!read.ok) throw failure(path, read.why, undefined, read.line);
  return [...read.messages];
}

function cannotWrite(path: string, cause: unknown): MooringError {
  return failure(path, `cannot be written: ${reasonOf(cause)}`, cause);
}

function failure(path: string, what: string, cause?: unknown, line?: number): MooringError {
  return new MooringError(
    ERROR.MOORING_ERR_AGENT_RECORD,
    `${path} ${what}.`,
    { path, ...(line ? { line } : {}) },
    cause,
  );
}
