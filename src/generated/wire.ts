// Generated from spec/wire.json by `npm run gen`. Do not edit.
export const MESSAGE = {
  CREATE: 0,
  MEASURE: 1,
  INSTALL: 2,
  UPDATE_FIELD: 3,
  CHANGE_PROG: 4,
  READY: 5,
} as const;

export const BYTES = {
  HEADER: 8,
  CREATE: 96,
  READY: 12,
  MEASURE_HEAD: 16,
  INSTALL_HEAD: 20,
  UPDATE_FIELD_HEAD: 12,
  CHANGE_PROG_HEAD: 16,
  UPDATE: 13,
  CONG_ALG: 64,
} as const;

export const LIMIT = {
  MESSAGE_BYTES: 32678,
  UPDATES: 222,
  CHAR_DEVICE_BYTES: 512,
  PORTUS_RECEIVE_BYTES: 1024,
  NETLINK_RECEIVE_BYTES: 1008,
  CREATE_RETRY_US: 100000,
  DEFAULT_FALLBACK_US: 1000000,
} as const;
