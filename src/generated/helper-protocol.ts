// Generated from spec/helper.json by `npm run gen`. Do not edit.
export const HELPER = {
  VERSION: 1,
} as const;

export const EXIT = {
  DONE: 0,
  FAILED: 1,
  USAGE: 2,
  UNSUPPORTED: 3,
} as const;

export const KIND = {
  UNIX: 0,
  NETLINK: 1,
  CHAR: 2,
  BPF: 3,
} as const;

export const FRAME = {
  HELLO: 1,
  PEER: 2,
  MESSAGE: 3,
  REFUSED: 4,
  DROPPED: 5,
  OVERRUN: 6,
  FAILED: 7,
  STOP: 8,
} as const;

export const BYTES = {
  FRAME_HEADER: 8,
  PEER_ADDRESS: 108,
  PEER_TEXT: 124,
  FRAME: 32768,
  NLMSG_HEADER: 16,
} as const;

export const PEER = {
  MAX: 65535,
  NEW: 65535,
} as const;

export const LIMIT = {
  PEER_QUEUE: 1024,
} as const;

export const DEFAULT = {
  RECEIVE_TIMEOUT_MS: 100,
  SNAP_BYTES: 262144,
  FD: 3,
} as const;

export const PATH = {
  UNIX: '/tmp/ccp/portus',
  CHAR: '/dev/ccpkp',
} as const;

export const KIND_WORDS = {
  unix: { path: ['bind', 'TEXT'], socketMode: ['mode', 'MODE'], directoryMode: ['dir-mode', 'MODE'], receiveBufferBytes: ['rcvbuf', 'NUMBER'], sendBufferBytes: ['sndbuf', 'NUMBER'] },
  netlink: { group: ['group', 'NUMBER'], userPeers: ['user-peers', 'FLAG'], receiveBufferBytes: ['rcvbuf', 'NUMBER'], sendBufferBytes: ['sndbuf', 'NUMBER'] },
  char: { path: ['path', 'TEXT'], receiveBufferBytes: ['rcvbuf', 'NUMBER'], sendBufferBytes: ['sndbuf', 'NUMBER'] },
  bpf: { route: ['route', 'TEXT'], cgroup: ['cgroup', 'TEXT'], allFlows: ['default', 'FLAG'], netns: ['netns', 'TEXT'], ports: ['port', 'TEXT'], ssh: ['ssh', 'FLAG'], name: ['name', 'TEXT'], fallback: ['fallback', 'TEXT'], fallbackUs: ['fallback-us', 'NUMBER'], flows: ['flows', 'NUMBER'], coalesceUs: ['coalesce-us', 'NUMBER'], program: ['program', 'TEXT'], receiveBufferBytes: ['rcvbuf', 'NUMBER'], sendBufferBytes: ['sndbuf', 'NUMBER'] },
} as const;
