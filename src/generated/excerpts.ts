// Generated from spec/capture.json by `npm run gen`. Do not edit.
export const EXCERPT = {
  MULTIPATH: 1,
  QUIC: 2,
} as const;

export const MULTIPATH_EXCERPT_AT = {
  BYTES: 0,
  KIND: 4,
  TIME_US: 8,
  CONNECTION: 16,
  DIRECTION: 20,
  SEQ: 24,
  OFFSET: 28,
  PAYLOAD_BYTES: 32,
  FLAGS: 36,
  OPTION_BYTES: 40,
} as const;

export const QUIC_EXCERPT_AT = {
  BYTES: 0,
  KIND: 4,
  TIME_US: 8,
  WIRE_BYTES: 16,
  PAYLOAD_BYTES: 20,
  EXCERPT_BYTES: 24,
  PORTS: 28,
  ECN: 32,
  SRC: 40,
  DST: 56,
} as const;

export const EXCERPT_BYTES = {
  MULTIPATH_EXCERPT: 48,
  QUIC_EXCERPT: 72,
} as const;
