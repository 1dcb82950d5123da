import { MULTIPATH_EXCERPT_AT, QUIC_EXCERPT_AT } from '../../generated/excerpts.js';

/** 16 bytes, IPv4 as ::ffff:a.b.c.d, as text. */
export type FormatAddress = (bytes: Uint8Array) => string;

/** The head of an excerpt of a TCP segment: spec/capture.json, multipathExcerpt. */
export interface MultipathExcerpt {
  readonly connection: number;
  readonly direction: 0 | 1;
  readonly flags: number;
  readonly optionBytes: number;
}

/** The head of an excerpt of a datagram: spec/capture.json, quicExcerpt. */
export interface QuicExcerpt {
  /** NaN where the packet does not say when it was captured. */
  readonly timeUs: number;
  readonly wireBytes: number;
  readonly payloadBytes: number;
  readonly excerptBytes: number;
  readonly srcPort: number;
  readonly dstPort: number;
  readonly ecn: number;
}

export function multipathExcerpt(view: DataView): MultipathExcerpt {
  return {
    connection: view.getUint32(MULTIPATH_EXCERPT_AT.CONNECTION, true),
    direction: (view.getUint32(MULTIPATH_EXCERPT_AT.DIRECTION, true) & 1) as 0 | 1,
    flags: view.getUint32(MULTIPATH_EXCERPT_AT.FLAGS, true),
    optionBytes: view.getUint32(MULTIPATH_EXCERPT_AT.OPTION_BYTES, true),
  };
}

export function quicExcerpt(view: DataView): QuicExcerpt {
  const ports = view.getUint32(QUIC_EXCERPT_AT.PORTS, true);
  return {
    timeUs: view.getFloat64(QUIC_EXCERPT_AT.TIME_US, true),
    wireBytes: view.getUint32(QUIC_EXCERPT_AT.WIRE_BYTES, true),
    payloadBytes: view.getUint32(QUIC_EXCERPT_AT.PAYLOAD_BYTES, true),
    excerptBytes: view.getUint32(QUIC_EXCERPT_AT.EXCERPT_BYTES, true),
    srcPort: ports >>> 16,
    dstPort: ports & 0xffff,
    ecn: view.getUint32(QUIC_EXCERPT_AT.ECN, true),
  };
}
