// Generated from spec/wire.json by `npm run gen`. Do not edit.
export const MESSAGE_CREATE: u32 = 0;
export const MESSAGE_MEASURE: u32 = 1;
export const MESSAGE_INSTALL: u32 = 2;
export const MESSAGE_UPDATE_FIELD: u32 = 3;
export const MESSAGE_CHANGE_PROG: u32 = 4;
export const MESSAGE_READY: u32 = 5;

export const BYTES_HEADER: u32 = 8;
export const BYTES_CREATE: u32 = 96;
export const BYTES_READY: u32 = 12;
export const BYTES_MEASURE_HEAD: u32 = 16;
export const BYTES_INSTALL_HEAD: u32 = 20;
export const BYTES_UPDATE_FIELD_HEAD: u32 = 12;
export const BYTES_CHANGE_PROG_HEAD: u32 = 16;
export const BYTES_UPDATE: u32 = 13;
export const BYTES_CONG_ALG: u32 = 64;

export const LIMIT_MESSAGE_BYTES: u32 = 32678;
export const LIMIT_UPDATES: u32 = 222;
export const LIMIT_CHAR_DEVICE_BYTES: u32 = 512;
export const LIMIT_PORTUS_RECEIVE_BYTES: u32 = 1024;
export const LIMIT_NETLINK_RECEIVE_BYTES: u32 = 1008;
export const LIMIT_CREATE_RETRY_US: u32 = 100000;
export const LIMIT_DEFAULT_FALLBACK_US: u32 = 1000000;
