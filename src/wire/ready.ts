import { AT, BYTES, MESSAGE } from '../generated/wire.js';
import { getU32, putU32 } from './bytes.js';
import { accept, type DecodedAs, wrongLength } from './decoded.js';
import { startMessage } from './header.js';

/** A datapath has started. */
export interface ReadyMessage {
  readonly type: 'ready';
  readonly id: number;
}

// READY     | header 8 | datapath_id u32 |
export function decodeReady(bytes: Uint8Array, offset: number, length: number): DecodedAs<ReadyMessage> {
  if (length !== BYTES.READY) return wrongLength('READY', length, BYTES.READY);
  return accept({ type: 'ready', id: getU32(bytes, offset + AT.READY_ID) }, length);
}

export function encodeReady(message: ReadyMessage): Uint8Array<ArrayBuffer> {
  const bytes = startMessage(MESSAGE.READY, BYTES.READY, 0);
  putU32(bytes, AT.READY_ID, message.id, 'id');
  return bytes;
}

export function formatReady({ id }: ReadyMessage): string {
  return `READY datapath ${id}`;
}
