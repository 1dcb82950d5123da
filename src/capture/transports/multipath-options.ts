// The option of Multipath TCP (RFC 8684 3; version 0: RFC 6824 3), as it stands in a segment:
//
//   | kind 30 | length | subtype (4 bits), flags or version (4 bits) | … |

/** A number of 64 bits as its halves. */
export interface Long {
  readonly high: number;
  readonly low: number;
}

/** A sequence number of data: of 64 bits, or the low 32 of them, `high` being null. */
export interface DataSequence {
  readonly high: number | null;
  readonly low: number;
}

export type MultipathOption =
  | {
      readonly kind: 'mpCapable';
      readonly version: number;
      readonly senderKey: Long | null;
      readonly receiverKey: Long | null;
      /** Of data with it, which begins at the first data sequence number; null without any. */
      readonly dataBytes: number | null;
    }
  | {
      readonly kind: 'mpJoin';
      readonly backup: boolean;
      /** Null in the third segment of the handshake. */
      readonly addressId: number | null;
      /** In the SYN. */
      readonly token: number | null;
      readonly nonce: number | null;
      /** 8 bytes in the answer, 20 in the third segment. */
      readonly hmac: Uint8Array | null;
    }
  | {
      readonly kind: 'dss';
      readonly dataAck: DataSequence | null;
      readonly mapping: {
        readonly start: DataSequence;
        /** From the SYN of the subflow, whose number is 0. */
        readonly subflowOffset: number;
        /** Of data, a DATA_FIN not counted; 0 for an infinite mapping, or where there is a DATA_FIN alone. */
        readonly bytes: number;
        readonly infinite: boolean;
      } | null;
      readonly fin: boolean;
    }
  | {
      readonly kind: 'addAddr';
      readonly echo: boolean;
      readonly id: number;
      /** 4 or 16 bytes. */
      readonly address: Uint8Array;
      readonly port: number | null;
    }
  | { readonly kind: 'removeAddr'; readonly ids: readonly number[] }
  | { readonly kind: 'mpPrio'; readonly backup: boolean }
  | { readonly kind: 'mpFail' | 'mpFastclose' | 'other' | 'malformed' }
  | { readonly kind: 'mpTcprst'; readonly reason: number };

const KIND = 30;
const SUBTYPE = { MP_CAPABLE: 0, MP_JOIN: 1, DSS: 2, ADD_ADDR: 3, REMOVE_ADDR: 4, MP_PRIO: 5, MP_FAIL: 6 } as const;
const MP_FASTCLOSE = 7;
const MP_TCPRST = 8;
/** spec: RFC 8684 3.3 */
const DSS = { FIN: 16, LONG_START: 8, MAPPING: 4, LONG_ACK: 2, ACK: 1 } as const;
const CHECKSUM_BYTES = 2;
const MALFORMED: MultipathOption = { kind: 'malformed' };

/** The options of Multipath TCP among the options of a segment, in order. Whatever the bytes are, it ends. */
export function multipathOptions(options: DataView): MultipathOption[] {
  const found: MultipathOption[] = [];
  for (let at = 0; at < options.byteLength; ) {
    const kind = options.getUint8(at);
    if (kind === 0) break;
    if (kind === 1) {
      at += 1;
      continue;
    }
    const length = at + 1 < options.byteLength ? options.getUint8(at + 1) : 0;
    const isWhole = length >= 2 && at + length <= options.byteLength;
    if (kind === KIND) found.push(isWhole && length > 2 ? readOption(options, at, length) : MALFORMED);
    if (!isWhole) break;
    at += length;
  }
  return found;
}

function readOption(view: DataView, at: number, length: number): MultipathOption {
  const first = view.getUint8(at + 2);
  const low = first & 15;
  switch (first >> 4) {
    case SUBTYPE.MP_CAPABLE:
      return capable(view, at, length, low);
    case SUBTYPE.MP_JOIN:
      return join(view, at, length, (low & 1) === 1);
    case SUBTYPE.DSS:
      return length < 4 ? MALFORMED : dss(view, at, length, view.getUint8(at + 3));
    case SUBTYPE.ADD_ADDR:
      return addAddress(view, at, length, low);
    case SUBTYPE.REMOVE_ADDR:
      if (length < 4) return MALFORMED;
      return { kind: 'removeAddr', ids: Array.from({ length: length - 3 }, (_, i) => view.getUint8(at + 3 + i)) };
    case SUBTYPE.MP_PRIO:
      return { kind: 'mpPrio', backup: (low & 1) === 1 };
    case SUBTYPE.MP_FAIL:
      return length === 12 ? { kind: 'mpFail' } : MALFORMED;
    case MP_FASTCLOSE:
      return length === 12 ? { kind: 'mpFastclose' } : MALFORMED;
    case MP_TCPRST:
      return length === 4 ? { kind: 'mpTcprst', reason: view.getUint8(at + 3) } : MALFORMED;
    default:
      return { kind: 'other' };
  }
}

// spec: RFC 8684 3.1, RFC 6824 3.1
function capable(view: DataView, at: number, length: number, version: number): MultipathOption {
  if (![4, 12, 20, 22, 24].includes(length)) return MALFORMED;
  return {
    kind: 'mpCapable',
    version,
    senderKey: length >= 12 ? longAt(view, at + 4) : null,
    receiverKey: length >= 20 ? longAt(view, at + 12) : null,
    dataBytes: length >= 22 ? view.getUint16(at + 20) : null,
  };
}

// spec: RFC 8684 3.2
function join(view: DataView, at: number, length: number, backup: boolean): MultipathOption {
  if (![12, 16, 24].includes(length)) return MALFORMED;
  const hmac = (bytes: number): Uint8Array => bytesAt(view, at + 4, bytes);
  const addressId = view.getUint8(at + 3);
  if (length === 12) {
    const [token, nonce] = [view.getUint32(at + 4), view.getUint32(at + 8)];
    return { kind: 'mpJoin', backup, addressId, token, nonce, hmac: null };
  }
  if (length === 16) {
    return { kind: 'mpJoin', backup, addressId, token: null, nonce: view.getUint32(at + 12), hmac: hmac(8) };
  }
  return { kind: 'mpJoin', backup: false, addressId: null, token: null, nonce: null, hmac: hmac(20) };
}

// spec: RFC 8684 3.3
function dss(view: DataView, at: number, length: number, flags: number): MultipathOption {
  let next = at + 4;
  const ackBytes = flags & DSS.ACK ? (flags & DSS.LONG_ACK ? 8 : 4) : 0;
  const startBytes = flags & DSS.MAPPING ? (flags & DSS.LONG_START ? 8 : 4) : 0;
  const least = 4 + ackBytes + (startBytes ? startBytes + 6 : 0);
  if (length !== least && length !== least + CHECKSUM_BYTES) return MALFORMED;
  const dataAck = ackBytes ? sequenceAt(view, next, ackBytes) : null;
  next += ackBytes;
  const fin = (flags & DSS.FIN) !== 0;
  if (!startBytes) return { kind: 'dss', dataAck, mapping: null, fin };
  const start = sequenceAt(view, next, startBytes);
  next += startBytes;
  const counted = view.getUint16(next + 4);
  const mapping = {
    start,
    subflowOffset: view.getUint32(next),
    // A DATA_FIN takes a number of the sequence (RFC 8684 3.3.3).
    bytes: fin && counted > 0 ? counted - 1 : counted,
    infinite: counted === 0,
  };
  return { kind: 'dss', dataAck, mapping, fin };
}

// spec: RFC 8684 3.4.1; in version 0 (RFC 6824 3.4.1) the low bits are 4 or 6, and there is neither echo nor HMAC.
function addAddress(view: DataView, at: number, length: number, low: number): MultipathOption {
  if (length < 8) return MALFORMED;
  const echo = low < 4 && (low & 1) === 1;
  const proof = low < 4 && !echo ? 8 : 0;
  const rest = length - 4 - proof;
  const bytes = rest === 4 || rest === 6 ? 4 : rest === 16 || rest === 18 ? 16 : 0;
  if (!bytes) return MALFORMED;
  return {
    kind: 'addAddr',
    echo,
    id: view.getUint8(at + 3),
    address: bytesAt(view, at + 4, bytes),
    port: rest > bytes ? view.getUint16(at + 4 + bytes) : null,
  };
}

function sequenceAt(view: DataView, at: number, bytes: number): DataSequence {
  return bytes === 8 ? longAt(view, at) : { high: null, low: view.getUint32(at) };
}

function longAt(view: DataView, at: number): Long {
  return { high: view.getUint32(at), low: view.getUint32(at + 4) };
}

// A copy: the bytes of the excerpt are gone when the next ones come.
function bytesAt(view: DataView, at: number, bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, i) => view.getUint8(at + i));
}
