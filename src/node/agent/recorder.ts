import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { ERROR, MooringError } from '../../base/index.js';
import { reasonOf } from '../files/index.js';

/** One message of a recording. */
export interface RecordedMessage {
  /** Microseconds since 1970. */
  readonly timeUs: number;
  /** `in`: from a datapath to the agent. */
  readonly direction: 'in' | 'out';
  /** The datapath's address. */
  readonly address: string;
  readonly bytes: Uint8Array;
}

const HEADER = { mooring: 'agent-traffic', version: 1 };
const FLUSH_BYTES = 1 << 16;

/**
 * Writes a recording: a line that names the format, then a JSON line for each message, with its time in µs
 * since 1970, its direction (`in`: to the agent), the datapath and the bytes in hex. Whole lines at a time,
 * so several threads may append to one file.
 */
export class Recorder implements Disposable {
  readonly #fd: number;
  #lines = '';

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
      writeSync(recorder.#fd, `${JSON.stringify(HEADER)}\n`);
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
    const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
    this.#lines += `{"us":${Math.floor(nowUs)},"dir":"${direction}","peer":${JSON.stringify(address)},"hex":"${hex}"}\n`;
    if (this.#lines.length >= FLUSH_BYTES) this.flush();
  }

  flush(): void {
    if (this.#lines === '') return;
    writeSync(this.#fd, this.#lines);
    this.#lines = '';
  }

  close(): void {
    this.flush();
    closeSync(this.#fd);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/**
 * The messages of a recording in the order of their times. A last line that was cut (the agent was killed) is
 * left out. Throws MOORING_ERR_AGENT_RECORD, with `detail.line`, for what is no recording.
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
  const lines = text.split('\n');
  const header = parse(lines[0] ?? '') as Partial<typeof HEADER> | undefined;
  if (header?.mooring !== HEADER.mooring)
    throw failure(path, 'is no recording of `mooring agent --record`', undefined, 1);
  if (header.version !== HEADER.version)
    throw failure(path, `has version ${header.version}; this reads version 1`, undefined, 1);
  const messages: RecordedMessage[] = [];
  for (const [index, line] of lines.entries()) {
    if (index === 0 || line === '') continue;
    const message = readMessage(parse(line));
    if (message) messages.push(message);
    else if (index < lines.length - 1) throw failure(path, `line ${index + 1} is no message`, undefined, index + 1);
  }
  // Threads append a batch at a time.
  return messages.sort((a, b) => a.timeUs - b.timeUs);
}

function readMessage(value: unknown): RecordedMessage | undefined {
  const { us, dir, peer, hex } = (value ?? {}) as Record<string, unknown>;
  if (typeof us !== 'number' || !(us >= 0) || (dir !== 'in' && dir !== 'out')) return undefined;
  if (typeof peer !== 'string' || typeof hex !== 'string' || !/^(?:[0-9a-f]{2})*$/.test(hex)) return undefined;
  return { timeUs: us, direction: dir, address: peer, bytes: new Uint8Array(Buffer.from(hex, 'hex')) };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
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
