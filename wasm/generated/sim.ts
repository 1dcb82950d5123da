// Generated from spec/sim.json by `npm run gen`. Do not edit.
export const QUEUE_DROP_TAIL: u32 = 0;
export const QUEUE_RED: u32 = 1;
export const QUEUE_CODEL: u32 = 2;
export const QUEUE_FQ_CODEL: u32 = 3;

export const DISTRIBUTION_FIXED: u32 = 0;
export const DISTRIBUTION_UNIFORM: u32 = 1;
export const DISTRIBUTION_EXPONENTIAL: u32 = 2;
export const DISTRIBUTION_LOGNORMAL: u32 = 3;
export const DISTRIBUTION_PARETO: u32 = 4;

export const LOSS_NONE: u32 = 0;
export const LOSS_BERNOULLI: u32 = 1;
export const LOSS_GILBERT_ELLIOTT: u32 = 2;

export const SOURCE_GREEDY: u32 = 0;
export const SOURCE_RATE: u32 = 1;
export const SOURCE_ON_OFF: u32 = 2;

export const CONTROLLER_CCP: u32 = 0;
export const CONTROLLER_RENO: u32 = 1;
export const CONTROLLER_CUBIC: u32 = 2;

export const STOP_TIME: u32 = 0;
export const STOP_MESSAGE: u32 = 1;
export const STOP_PROGRAM: u32 = 2;

export const FLOW_STATE_WAITING: u32 = 0;
export const FLOW_STATE_RUNNING: u32 = 1;
export const FLOW_STATE_DONE: u32 = 2;

export const FLOW_COLUMN_GROUP: u32 = 0;
export const FLOW_COLUMN_STATE: u32 = 1;
export const FLOW_COLUMN_START_US: u32 = 2;
export const FLOW_COLUMN_END_US: u32 = 3;
export const FLOW_COLUMN_ACKED_BYTES: u32 = 4;
export const FLOW_COLUMN_RECEIVED_BYTES: u32 = 5;
export const FLOW_COLUMN_SENT_PACKETS: u32 = 6;
export const FLOW_COLUMN_RETRANSMITS: u32 = 7;
export const FLOW_COLUMN_DROPPED_PACKETS: u32 = 8;
export const FLOW_COLUMN_LOST_PACKETS: u32 = 9;
export const FLOW_COLUMN_MARKS: u32 = 10;
export const FLOW_COLUMN_TIMEOUTS: u32 = 11;
export const FLOW_COLUMN_RECOVERIES: u32 = 12;
export const FLOW_COLUMN_REPORTS: u32 = 13;
export const FLOW_COLUMN_CWND_BYTES: u32 = 14;
export const FLOW_COLUMN_SSTHRESH_BYTES: u32 = 15;
export const FLOW_COLUMN_SRTT_US: u32 = 16;
export const FLOW_COLUMN_IN_FLIGHT_PACKETS: u32 = 17;

export const LINK_COLUMN_SENT_BYTES: u32 = 0;
export const LINK_COLUMN_SENT_PACKETS: u32 = 1;
export const LINK_COLUMN_QUEUE_DROPS: u32 = 2;
export const LINK_COLUMN_WIRE_LOSSES: u32 = 3;
export const LINK_COLUMN_MARKS: u32 = 4;
export const LINK_COLUMN_MAX_QUEUE_PACKETS: u32 = 5;
export const LINK_COLUMN_MAX_QUEUE_BYTES: u32 = 6;
export const LINK_COLUMN_QUEUE_PACKETS: u32 = 7;
export const LINK_COLUMN_QUEUE_BYTES: u32 = 8;
export const LINK_COLUMN_CAPACITY_BYTES: u32 = 9;

export const GROUP_COLUMN_STARTED: u32 = 0;
export const GROUP_COLUMN_FINISHED: u32 = 1;
export const GROUP_COLUMN_REFUSED: u32 = 2;
export const GROUP_COLUMN_COMPLETIONS: u32 = 3;

export const FLOW_SERIES_CWND_BYTES: u32 = 0;
export const FLOW_SERIES_SSTHRESH_BYTES: u32 = 1;
export const FLOW_SERIES_IN_FLIGHT_BYTES: u32 = 2;
export const FLOW_SERIES_SRTT_US: u32 = 3;
export const FLOW_SERIES_DELIVERED_BYTES: u32 = 4;
export const FLOW_SERIES_LOSSES: u32 = 5;
export const FLOW_SERIES_MARKS: u32 = 6;

export const LINK_SERIES_QUEUE_BYTES: u32 = 0;
export const LINK_SERIES_MAX_QUEUE_BYTES: u32 = 1;
export const LINK_SERIES_SENT_BYTES: u32 = 2;
export const LINK_SERIES_DROPS: u32 = 3;
export const LINK_SERIES_MARKS: u32 = 4;
