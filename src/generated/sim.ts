// Generated from spec/sim.json by `npm run gen`. Do not edit.
export const QUEUE = {
  DROP_TAIL: 0,
  RED: 1,
  CODEL: 2,
  FQ_CODEL: 3,
} as const;

export const DISTRIBUTION = {
  FIXED: 0,
  UNIFORM: 1,
  EXPONENTIAL: 2,
  LOGNORMAL: 3,
  PARETO: 4,
} as const;

export const LOSS = {
  NONE: 0,
  BERNOULLI: 1,
  GILBERT_ELLIOTT: 2,
} as const;

export const SOURCE = {
  GREEDY: 0,
  RATE: 1,
  ON_OFF: 2,
} as const;

export const CONTROLLER = {
  CCP: 0,
  RENO: 1,
  CUBIC: 2,
} as const;

export const STOP = {
  TIME: 0,
  MESSAGE: 1,
  PROGRAM: 2,
} as const;

export const FLOW_STATE = {
  WAITING: 0,
  RUNNING: 1,
  DONE: 2,
} as const;

export const FLOW_COLUMN = {
  GROUP: 0,
  STATE: 1,
  START_US: 2,
  END_US: 3,
  ACKED_BYTES: 4,
  RECEIVED_BYTES: 5,
  SENT_PACKETS: 6,
  RETRANSMITS: 7,
  DROPPED_PACKETS: 8,
  LOST_PACKETS: 9,
  MARKS: 10,
  TIMEOUTS: 11,
  RECOVERIES: 12,
  REPORTS: 13,
  CWND_BYTES: 14,
  SSTHRESH_BYTES: 15,
  SRTT_US: 16,
  IN_FLIGHT_PACKETS: 17,
} as const;

export const LINK_COLUMN = {
  SENT_BYTES: 0,
  SENT_PACKETS: 1,
  QUEUE_DROPS: 2,
  WIRE_LOSSES: 3,
  MARKS: 4,
  MAX_QUEUE_PACKETS: 5,
  MAX_QUEUE_BYTES: 6,
  QUEUE_PACKETS: 7,
  QUEUE_BYTES: 8,
  CAPACITY_BYTES: 9,
} as const;

export const GROUP_COLUMN = {
  STARTED: 0,
  FINISHED: 1,
  REFUSED: 2,
  COMPLETIONS: 3,
} as const;

export const FLOW_SERIES = {
  CWND_BYTES: 0,
  SSTHRESH_BYTES: 1,
  IN_FLIGHT_BYTES: 2,
  SRTT_US: 3,
  DELIVERED_BYTES: 4,
  LOSSES: 5,
  MARKS: 6,
} as const;

export const LINK_SERIES = {
  QUEUE_BYTES: 0,
  MAX_QUEUE_BYTES: 1,
  SENT_BYTES: 2,
  DROPS: 3,
  MARKS: 4,
} as const;
