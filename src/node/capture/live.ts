import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, writeSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { ERROR, MooringError } from '../../base/index.js';
import type { ByteSource } from '../../capture/index.js';
import { readChunks } from '../../capture/index.js';
import { captureArguments, findHelper, parseCaptureLine } from '../helper/index.js';
import { helperRemedy } from '../install/index.js';

/** How an interface is captured. */
export interface LiveCaptureOptions {
  /** Bytes kept of a frame; all by default. */
  readonly snapBytes?: number;
  /** Also write what comes to this file, as it comes. */
  readonly write?: string;
}

/** An interface or a pipe that is being captured. */
export interface LiveCapture {
  /** Goes to `openCaptureFiles`; read once. */
  readonly source: ByteSource;
  /** Ends it: what was captured until now still comes, then the source ends. */
  stop(): void;
  /** Frames that found no room, once it has ended; undefined where that is not known. */
  dropped(): number | undefined;
}

/** How long a pipe has to end by itself once it is to. */
const GRACE_MS = 500;
/** Of what a capturing program says on stderr. */
const SAID_BYTES = 8192;

/**
 * Captures an interface of this machine, by the helper where it is here, else by tcpdump; `-` reads a capture from
 * standard input instead. Rights to capture are the caller's affair (root, or CAP_NET_RAW of the program).
 *
 * Throws MOORING_ERR_CAPTURE_UNREADABLE where neither program is here or `write` cannot be written; the source
 * rejects with the same where the interface cannot be captured.
 *
 * @example
 * ```ts fragment
 * const live = captureLive('eth0');
 * const analysis = watchCapture(await openCaptureFiles(live.source));
 * setTimeout(live.stop, 10_000);
 * console.log((await analysis.done).connections.length, live.dropped());
 * ```
 */
export function captureLive(target: string, options: LiveCaptureOptions = {}): LiveCapture {
  const copy = options.write === undefined ? undefined : openCopy(options.write);
  const from = target === '-' ? standardInput() : program(target, options);
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of from.chunks()) {
        copy?.(chunk);
        yield chunk;
      }
    } finally {
      from.stop();
      copy?.();
    }
  };
  const name = target === '-' ? 'stdin' : target;
  return {
    source: { name, once: true, open: () => readChunks(chunks()) },
    stop: from.stop,
    dropped: from.dropped,
  };
}

interface Origin {
  chunks(): AsyncIterable<Uint8Array>;
  readonly stop: () => void;
  readonly dropped: () => number | undefined;
}

function standardInput(): Origin {
  const { stdin } = process;
  let stopped: () => void;
  const end = new Promise<undefined>((resolve) => {
    stopped = () => resolve(undefined);
  });
  return {
    // Who writes the pipe hears the same Ctrl-C and ends it; where nobody does, it ends here.
    stop: () => void setTimeout(() => stopped(), GRACE_MS).unref(),
    dropped: () => undefined,
    chunks: async function* () {
      const chunks = stdin[Symbol.asyncIterator]();
      try {
        for (;;) {
          const next = await Promise.race([chunks.next(), end]);
          if (next === undefined || next.done) return;
          yield next.value as Uint8Array;
        }
      } finally {
        stdin.destroy();
      }
    },
  };
}

/** A program that writes a capture of the interface to its standard output. */
function program(target: string, { snapBytes }: LiveCaptureOptions): Origin {
  const { program: helper } = findHelper();
  // A loopback interface shows every frame as it goes out and as it comes in.
  const incoming = networkInterfaces()[target]?.some(({ internal }) => internal) === true;
  const asked = { incoming, ...(snapBytes === undefined ? {} : { snapBytes }) };
  const [command, words] = helper
    ? [helper, captureArguments({ interface: target, file: '-', nanoseconds: true, withParent: true, ...asked })]
    : // Otherwise it holds frames back for up to a second, and drops them when it is told to end.
      [
        'tcpdump',
        [
          '-i',
          target,
          '-n',
          '-U',
          '--immediate-mode',
          '-w',
          '-',
          ...(snapBytes === undefined ? [] : ['-s', String(snapBytes)]),
        ],
      ];
  if (!helper && spawnSync('tcpdump', ['--version']).error) {
    const message = `${target}: nothing to capture with: ${helperRemedy()}, or install tcpdump`;
    throw new MooringError(ERROR.MOORING_ERR_CAPTURE_UNREADABLE, message, { source: target });
  }
  const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close').then(
    ([status]) => status as number | null,
    (error: Error) => error,
  );
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-SAID_BYTES);
  });
  let stopping = false;
  return {
    stop: () => {
      stopping = true;
      child.kill('SIGINT');
    },
    dropped: () => droppedOf(said),
    chunks: async function* () {
      yield* child.stdout as AsyncIterable<Uint8Array>;
      const status = await ended;
      if (!stopping && status !== 0) throw failed(target, command, status, said, child);
    },
  };
}

function droppedOf(said: string): number | undefined {
  const line = said.split('\n').find((text) => text.startsWith('end '));
  if (line !== undefined) {
    const end = parseCaptureLine(line);
    return end.event === 'end' ? end.ringDropped + end.nicDropped : undefined;
  }
  const told = /(\d+) packets dropped by kernel/.exec(said)?.[1];
  return told === undefined ? undefined : Number(told);
}

function failed(
  target: string,
  command: string,
  status: number | null | Error,
  said: string,
  child: ChildProcess,
): MooringError {
  const told = said
    .trimEnd()
    .split('\n')
    .filter((line) => !/^(ready|file|end) /.test(line));
  const last = told.at(-1) ?? '';
  const how = status instanceof Error ? status.message : `it ended with ${child.signalCode ?? `status ${status}`}`;
  const why = last.replace(/^(mooring-helper capture|tcpdump): /, '') || how;
  const message = `${target}: ${why} (capturing takes root or CAP_NET_RAW for ${command})`;
  return new MooringError(ERROR.MOORING_ERR_CAPTURE_UNREADABLE, message, { source: target });
}

/** Writes each chunk to a file; called without one it closes it. */
function openCopy(path: string): (chunk?: Uint8Array) => void {
  const attempt = <T>(work: () => T): T => {
    try {
      return work();
    } catch (cause) {
      const why = (cause as NodeJS.ErrnoException).code ?? String(cause);
      const message = `${path} cannot be written: ${why}`;
      throw new MooringError(ERROR.MOORING_ERR_CAPTURE_UNREADABLE, message, { source: path }, cause);
    }
  };
  let fd = attempt(() => openSync(path, 'w'));
  return (chunk) => {
    if (fd < 0) return;
    if (chunk === undefined) {
      closeSync(fd);
      fd = -1;
      return;
    }
    for (let done = 0; done < chunk.length; ) {
      const at = done;
      done += attempt(() => writeSync(fd, chunk, at));
    }
  };
}
