import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { getSystemErrorName } from 'node:util';
import { ERROR, MooringError } from '../../base/index.js';
import { FRAME, HELPER, PEER } from '../../generated/helper-protocol.js';
import { helperRemedy } from '../install/index.js';
import { requireHelper } from './find.js';
import { encodeFrame, type Frame, FrameReader } from './frames.js';
import type { IpcKind } from './kinds.js';
import { collectStderr, type HelperRunOptions, helperFailure, openArguments } from './run.js';

const STOP_MS = 500;

/** What a relay tells, in the order it happens. `bytes` is a view, valid during the call only. */
export interface RelayListener {
  /** A peer was heard of, or asked for with {@link Relay.requestPeer}. */
  onPeer?(peer: number, address: string): void;
  onMessage(peer: number, bytes: Uint8Array): void;
  /** A message could not be sent, or (`address` given) a peer not be had: errno name. */
  onRefused?(peer: number, errno: string, address?: string): void;
  /** Messages to a slow peer, or from it, were dropped. */
  onDropped?(peer: number, count: number): void;
  /** The kernel dropped messages before they could be read. */
  onOverrun?(): void;
  /** The relay is over: asked for (no error), or the helper failed or was killed. */
  onEnd?(error: MooringError | undefined): void;
}

/**
 * The helper as a child that opens the socket and carries its messages over a stream, for an
 * algorithm that must live in this process and a socket that this process may not open. Costs a
 * process hop each way (see `docs/decisions/0070-unix-datagrams.md`); where this process may open the
 * socket, `openSocket` is faster.
 */
export class Relay implements AsyncDisposable {
  readonly kind: IpcKind;
  /** The largest message {@link send} takes. */
  readonly maxMessageBytes: number;
  /** Where the helper listens, as it says. */
  readonly place: string;
  readonly #child: ChildProcess;
  readonly #stream: Duplex;

  /** The helper's process id. */
  get pid(): number {
    return this.#child.pid!;
  }

  private constructor(kind: IpcKind, child: ChildProcess, stream: Duplex, hello: Uint8Array) {
    this.kind = kind;
    this.#child = child;
    this.#stream = stream;
    this.maxMessageBytes = new DataView(hello.buffer, hello.byteOffset).getUint16(2, true);
    this.place = text(hello.subarray(4));
  }

  /**
   * Starts the helper and resolves once the socket is open. Rejects with the helper's own words:
   * MOORING_ERR_HELPER_MISSING, _UNSUPPORTED, _ADDRESS_IN_USE or _FAILED.
   */
  static async start(kind: IpcKind, listener: RelayListener, options: HelperRunOptions = {}): Promise<Relay> {
    const words = ['relay', ...openArguments(kind, options, 3)];
    const child = spawn(requireHelper(), words, { stdio: ['ignore', 'inherit', 'pipe', 'pipe'] });
    const stderr = collectStderr(child);
    const stream = child.stdio[3] as Duplex;
    return await new Promise((resolve, reject) => {
      const reader = new FrameReader();
      let relay: Relay | undefined;
      let failure: MooringError | undefined;
      stream.on('data', (chunk: Uint8Array) => {
        try {
          for (const frame of reader.read(chunk)) {
            if (relay) tell(listener, frame);
            else relay = new Relay(kind, child, stream, checkHello(frame));
          }
        } catch (error) {
          failure ??= asMooringError(error);
          child.kill();
          return;
        }
        if (relay) resolve(relay);
      });
      // A broken stream shows as the child's end, with its reason.
      stream.on('error', () => {});
      child.on('error', (cause) => {
        failure ??= new MooringError(
          ERROR.MOORING_ERR_HELPER_FAILED,
          `cannot run the helper: ${cause.message}`,
          {},
          cause,
        );
      });
      child.on('close', (status, signal) => {
        if (status !== 0) failure ??= helperFailure(status, signal, stderr());
        if (relay) listener.onEnd?.(failure);
        else reject(failure ?? helperFailure(status, signal, stderr()));
      });
    });
  }

  /** Sends a message to a peer. False when the stream is congested: wait for {@link drained}. */
  send(peer: number, bytes: Uint8Array): boolean {
    return this.#stream.write(encodeFrame(FRAME.MESSAGE, peer, bytes));
  }

  /** Resolves when the stream takes more. */
  drained(): Promise<void> {
    return new Promise((resolve) => this.#stream.once('drain', resolve));
  }

  /** Asks for the number of the peer at an address; `onPeer` or `onRefused` answers. */
  requestPeer(address: string): void {
    this.#stream.write(encodeFrame(FRAME.PEER, PEER.NEW, new TextEncoder().encode(address)));
  }

  /** Ends the helper, by force after half a second, and resolves when it is gone; `onEnd` is told. Safe to call again. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#child.once('close', resolve));
    this.#stream.end(encodeFrame(FRAME.STOP, 0, new Uint8Array(0)));
    const late = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS);
    await gone;
    clearTimeout(late);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function checkHello({ kind, body }: Frame): Uint8Array {
  if (kind === FRAME.HELLO && body.length >= 4 && body[0] === HELPER.VERSION) return body.slice();
  const message = `the helper speaks protocol ${body[0]}, this package ${HELPER.VERSION}: ${helperRemedy()}`;
  throw new MooringError(ERROR.MOORING_ERR_HELPER_PROTOCOL, message, { kind });
}

function tell(listener: RelayListener, { kind, peer, body }: Frame): void {
  switch (kind) {
    case FRAME.MESSAGE:
      listener.onMessage(peer, body);
      break;
    case FRAME.PEER:
      listener.onPeer?.(peer, text(body));
      break;
    case FRAME.REFUSED:
      listener.onRefused?.(peer, getSystemErrorName(-u32(body)), body.length > 4 ? text(body.subarray(4)) : undefined);
      break;
    case FRAME.DROPPED:
      listener.onDropped?.(peer, u32(body));
      break;
    case FRAME.OVERRUN:
      listener.onOverrun?.();
      break;
    case FRAME.FAILED:
      // Its exit code and its line on stderr follow, and say the same.
      break;
    default:
      throw new MooringError(ERROR.MOORING_ERR_HELPER_PROTOCOL, `the helper sent a frame of kind ${kind}`, { kind });
  }
}

function asMooringError(error: unknown): MooringError {
  if (error instanceof MooringError) return error;
  return new MooringError(ERROR.MOORING_ERR_HELPER_FAILED, `a relay's listener threw: ${String(error)}`, {}, error);
}

function u32(bytes: Uint8Array): number {
  if (bytes.length < 4) throw new MooringError(ERROR.MOORING_ERR_HELPER_PROTOCOL, 'a frame of the helper is short');
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
