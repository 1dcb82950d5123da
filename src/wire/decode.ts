import { ERROR } from '../base/index.js';
import { BYTES, LIMIT, MESSAGE } from '../generated/wire.js';
import { decodeChangeProg } from './change-prog.js';
import { decodeCreate } from './create.js';
import { malformed, refuse } from './decoded.js';
import { messageLength, messageSid, messageType } from './header.js';
import { decodeInstall } from './install.js';
import { decodeMeasure } from './measure.js';
import type { Decoded } from './message.js';
import { decodeReady } from './ready.js';
import { decodeUpdateField } from './update-field.js';

/**
 * The message that starts at `offset`, or why there is none. Never throws: bytes from a
 * datapath or an agent give a value or a declared error (MOORING_ERR_WIRE_TRUNCATED,
 * MOORING_ERR_WIRE_MALFORMED, MOORING_ERR_WIRE_UNKNOWN_TYPE), and `bytes` says where the next
 * message would start. `rows` of an INSTALL is a view of `bytes`, not a copy.
 *
 * @example
 * ```ts
 * const ready = Uint8Array.of(5, 0, 12, 0, 0, 0, 0, 0, 7, 0, 0, 0);
 * decodeMessage(ready); // { ok: true, message: { type: 'ready', id: 7 }, bytes: 12 }
 * ```
 */
export function decodeMessage(bytes: Uint8Array, offset = 0): Decoded {
  const available = Math.max(0, bytes.length - offset);
  if (available < BYTES.HEADER) {
    return refuse(
      ERROR.MOORING_ERR_WIRE_TRUNCATED,
      `a header takes ${BYTES.HEADER} bytes, ${available} are left`,
      available,
    );
  }
  const type = messageType(bytes, offset);
  const length = messageLength(bytes, offset);
  if (length < BYTES.HEADER) {
    return malformed(`the header gives a length of ${length}, less than the header itself`, available);
  }
  if (length > available) {
    return refuse(
      ERROR.MOORING_ERR_WIRE_TRUNCATED,
      `the header gives a length of ${length} bytes, ${available} are left`,
      available,
    );
  }
  if (length > LIMIT.MESSAGE_BYTES) {
    return malformed(`a message of ${length} bytes: the protocol ends at ${LIMIT.MESSAGE_BYTES}`, length);
  }
  const sid = messageSid(bytes, offset);
  switch (type) {
    case MESSAGE.MEASURE:
      return decodeMeasure(bytes, offset, length, sid);
    case MESSAGE.CREATE:
      return decodeCreate(bytes, offset, length, sid);
    case MESSAGE.UPDATE_FIELD:
      return decodeUpdateField(bytes, offset, length, sid);
    case MESSAGE.CHANGE_PROG:
      return decodeChangeProg(bytes, offset, length, sid);
    case MESSAGE.INSTALL:
      return decodeInstall(bytes, offset, length, sid);
    case MESSAGE.READY:
      return decodeReady(bytes, offset, length);
    default:
      return refuse(ERROR.MOORING_ERR_WIRE_UNKNOWN_TYPE, `no message has the type ${type}`, length);
  }
}

/**
 * All messages of one read, in order: several may stand in a row. A refused one stands in its
 * place; where framing is lost (the header itself is bad) it is the last.
 *
 * @example
 * ```ts
 * const datagram = Uint8Array.of(5, 0, 12, 0, 0, 0, 0, 0, 7, 0, 0, 0);
 * for (const decoded of decodeMessages(datagram)) {
 *   if (decoded.ok) console.log(decoded.message.type);
 *   else console.error(decoded.code, decoded.message);
 * }
 * ```
 */
export function decodeMessages(bytes: Uint8Array): Decoded[] {
  const all: Decoded[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const decoded = decodeMessage(bytes, offset);
    all.push(decoded);
    offset += decoded.bytes;
  }
  return all;
}
