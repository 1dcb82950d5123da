import { ERROR, MooringError } from '../../base/index.js';
import { BYTES, FRAME } from '../../generated/helper-protocol.js';

/** A frame of `spec/helper.md`; `body` is a view that is valid until the next one is read. */
export interface Frame {
  readonly kind: number;
  readonly peer: number;
  readonly body: Uint8Array;
}

/** The bytes of one frame. Throws MOORING_ERR_BAD_ARGUMENT for a body that does not fit. */
export function encodeFrame(kind: number, peer: number, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const length = BYTES.FRAME_HEADER + body.length;
  if (length > BYTES.FRAME) {
    throw new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, `a frame holds ${BYTES.FRAME} bytes, not ${length}`, {
      argument: 'body',
    });
  }
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, length, true);
  view.setUint8(4, kind);
  view.setUint16(6, peer, true);
  bytes.set(body, BYTES.FRAME_HEADER);
  return bytes;
}

/** Puts frames together from chunks of a stream, whatever their borders. */
export class FrameReader {
  #held: Uint8Array = new Uint8Array(0);

  /** The frames that `chunk` completes. Throws MOORING_ERR_HELPER_PROTOCOL where the stream is none of ours. */
  *read(chunk: Uint8Array): Generator<Frame> {
    const bytes = this.#held.length === 0 ? chunk : concat(this.#held, chunk);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    while (bytes.length - at >= BYTES.FRAME_HEADER) {
      const length = view.getUint32(at, true);
      const kind = view.getUint8(at + 4);
      const sane = length >= BYTES.FRAME_HEADER && length <= BYTES.FRAME && view.getUint8(at + 5) === 0;
      if (!sane || kind < FRAME.HELLO || kind > FRAME.STOP) {
        throw new MooringError(ERROR.MOORING_ERR_HELPER_PROTOCOL, 'the helper sent what is no frame', { length, kind });
      }
      if (bytes.length - at < length) break;
      yield { kind, peer: view.getUint16(at + 6, true), body: bytes.subarray(at + BYTES.FRAME_HEADER, at + length) };
      at += length;
    }
    this.#held = bytes.slice(at);
  }
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
