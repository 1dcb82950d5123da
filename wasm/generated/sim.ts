// Generated from spec/sim.json by `npm run gen`. Do not edit.
export const QUEUE_DROPTAIL: u32 = 0;
export const QUEUE_RED: u32 = 1;
export const QUEUE_CODEL: u32 = 2;
export const QUEUE_FQCODEL: u32 = 3;
export const QUEUE_PIE: u32 = 4;
export const QUEUE_DUALPI2: u32 = 5;
export const QUEUE_STEP: u32 = 6;

export const DISTRIBUTION_FIXED: u32 = 0;
export const DISTRIBUTION_UNIFORM: u32 = 1;
export const DISTRIBUTION_EXPONENTIAL: u32 = 2;
export const DISTRIBUTION_LOGNORMAL: u32 = 3;
export const DISTRIBUTION_PARETO: u32 = 4;
export const DISTRIBUTION_NORMAL: u32 = 5;

export const LOSS_NONE: u32 = 0;
export const LOSS_BERNOULLI: u32 = 1;
export const LOSS_GILBERT_ELLIOTT: u32 = 2;

export const SOURCE_GREEDY: u32 = 0;
export const SOURCE_RATE: u32 = 1;
export const SOURCE_ONOFF: u32 = 2;
export const SOURCE_POISSON: u32 = 3;

export const CONTROLLER_CCP: u32 = 0;
export const CONTROLLER_RENO: u32 = 1;
export const CONTROLLER_CUBIC: u32 = 2;
export const CONTROLLER_DCTCP: u32 = 3;
export const CONTROLLER_PRAGUE: u32 = 4;
export const CONTROLLER_BBR: u32 = 5;
export const CONTROLLER_BBR3: u32 = 6;
export const CONTROLLER_UDP: u32 = 7;

export const RECOVERY_RACK: u32 = 0;
export const RECOVERY_RFC6675: u32 = 1;

export const GROWTH_LINUX: u32 = 0;
export const GROWTH_RFC5681: u32 = 1;

export const SLOW_START_STANDARD: u32 = 0;
export const SLOW_START_HYSTART: u32 = 1;
export const SLOW_START_HYSTARTPP: u32 = 2;

export const ECN_OFF: u32 = 0;
export const ECN_CLASSIC: u32 = 1;
export const ECN_DCTCP: u32 = 2;
export const ECN_ACCURATE: u32 = 3;

export const SIM_PACKET_BYTES: u32 = 1500;
export const SIM_MAX_FLOWS: u32 = 100000;
export const SIM_MAX_LINKS: u32 = 240;
export const SIM_MAX_SERIES_BINS: u32 = 8192;

export const STOP_TIME: u32 = 0;
export const STOP_MESSAGE: u32 = 1;
export const STOP_PROGRAM: u32 = 2;
export const STOP_WAKE: u32 = 3;

export const FLOW_LIMIT_NONE: u32 = 0;
export const FLOW_LIMIT_APPLICATION: u32 = 1;
export const FLOW_LIMIT_RECEIVE_WINDOW: u32 = 2;
export const FLOW_LIMIT_CONGESTION_WINDOW: u32 = 3;
export const FLOW_LIMIT_RECOVERY: u32 = 4;
export const FLOW_LIMIT_PACING: u32 = 5;
export const FLOW_LIMIT_STARTUP: u32 = 6;

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
export const FLOW_COLUMN_LIMIT: u32 = 18;

export const LINK_COLUMN_SENT_BYTES: u32 = 0;
export const LINK_COLUMN_SENT_PACKETS: u32 = 1;
export const LINK_COLUMN_QUEUE_DROPS: u32 = 2;
export const LINK_COLUMN_WIRE_LOSSES: u32 = 3;
export const LINK_COLUMN_WIRE_LOSS_BYTES: u32 = 4;
export const LINK_COLUMN_MARKS: u32 = 5;
export const LINK_COLUMN_MAX_QUEUE_PACKETS: u32 = 6;
export const LINK_COLUMN_MAX_QUEUE_BYTES: u32 = 7;
export const LINK_COLUMN_QUEUE_PACKETS: u32 = 8;
export const LINK_COLUMN_QUEUE_BYTES: u32 = 9;
export const LINK_COLUMN_CAPACITY_BYTES: u32 = 10;
export const LINK_COLUMN_USED_BYTES: u32 = 11;

export const GROUP_COLUMN_STARTED: u32 = 0;
export const GROUP_COLUMN_FINISHED: u32 = 1;
export const GROUP_COLUMN_REFUSED: u32 = 2;
export const GROUP_COLUMN_COMPLETIONS: u32 = 3;

export const COMPLETION_COLUMN_SIZE_BYTES: u32 = 0;
export const COMPLETION_COLUMN_TIME_US: u32 = 1;

export const HISTOGRAM_COLUMN_SAMPLES: u32 = 0;
export const HISTOGRAM_COLUMN_SUM_US: u32 = 1;
export const HISTOGRAM_COLUMN_MIN_US: u32 = 2;
export const HISTOGRAM_COLUMN_MAX_US: u32 = 3;

export const FLOW_SERIES_CWND_BYTES: u32 = 0;
export const FLOW_SERIES_SSTHRESH_BYTES: u32 = 1;
export const FLOW_SERIES_IN_FLIGHT_BYTES: u32 = 2;
export const FLOW_SERIES_SRTT_US: u32 = 3;
export const FLOW_SERIES_PACING_BYTES_PER_SECOND: u32 = 4;
export const FLOW_SERIES_DELIVERED_BYTES: u32 = 5;
export const FLOW_SERIES_LOSSES: u32 = 6;
export const FLOW_SERIES_MARKS: u32 = 7;

export const LINK_SERIES_QUEUE_BYTES: u32 = 0;
export const LINK_SERIES_MAX_QUEUE_BYTES: u32 = 1;
export const LINK_SERIES_SENT_BYTES: u32 = 2;
export const LINK_SERIES_DROPS: u32 = 3;
export const LINK_SERIES_MARKS: u32 = 4;

export const RUN_PARAMETER_SEED: u32 = 0;
export const RUN_PARAMETER_TICK_SHIFT: u32 = 1;
export const RUN_PARAMETER_MAX_FLOWS: u32 = 2;
export const RUN_PARAMETER_DURATION_US: u32 = 3;

export const AGENT_PARAMETER_MAX_FLOWS: u32 = 0;
export const AGENT_PARAMETER_FALLBACK_US: u32 = 1;
export const AGENT_PARAMETER_REACTION_US: u32 = 2;

export const DISTRIBUTION_PARAMETER_KIND: u32 = 0;
export const DISTRIBUTION_PARAMETER_VALUE: u32 = 1;
export const DISTRIBUTION_PARAMETER_MIN: u32 = 2;
export const DISTRIBUTION_PARAMETER_MAX: u32 = 3;
export const DISTRIBUTION_PARAMETER_MEAN: u32 = 4;
export const DISTRIBUTION_PARAMETER_MEDIAN: u32 = 5;
export const DISTRIBUTION_PARAMETER_SIGMA: u32 = 6;
export const DISTRIBUTION_PARAMETER_SHAPE: u32 = 7;
export const DISTRIBUTION_PARAMETER_DEVIATION: u32 = 8;

export const QUEUE_PARAMETER_KIND: u32 = 0;
export const QUEUE_PARAMETER_LIMIT_PACKETS: u32 = 1;
export const QUEUE_PARAMETER_LIMIT_BYTES: u32 = 2;
export const QUEUE_PARAMETER_ECN: u32 = 3;
export const QUEUE_PARAMETER_MIN_THRESHOLD: u32 = 4;
export const QUEUE_PARAMETER_MAX_THRESHOLD: u32 = 5;
export const QUEUE_PARAMETER_MAX_PROBABILITY: u32 = 6;
export const QUEUE_PARAMETER_WEIGHT: u32 = 7;
export const QUEUE_PARAMETER_GENTLE: u32 = 8;
export const QUEUE_PARAMETER_TARGET_US: u32 = 9;
export const QUEUE_PARAMETER_INTERVAL_US: u32 = 10;
export const QUEUE_PARAMETER_FLOWS: u32 = 11;
export const QUEUE_PARAMETER_QUANTUM_BYTES: u32 = 12;
export const QUEUE_PARAMETER_MARK_AT: u32 = 13;
export const QUEUE_PARAMETER_BURST_US: u32 = 14;
export const QUEUE_PARAMETER_COUPLING: u32 = 15;
export const QUEUE_PARAMETER_RAMP_START_US: u32 = 16;
export const QUEUE_PARAMETER_RAMP_END_US: u32 = 17;

export const LINK_PARAMETER_RATE_BYTES_PER_SECOND: u32 = 0;
export const LINK_PARAMETER_DELAY_US: u32 = 1;
export const LINK_PARAMETER_QUEUE: u32 = 2;
export const LINK_PARAMETER_LOSS: u32 = 3;
export const LINK_PARAMETER_JITTER_US: u32 = 4;
export const LINK_PARAMETER_REORDER_PROBABILITY: u32 = 5;
export const LINK_PARAMETER_REORDER_EXTRA_DELAY_US: u32 = 6;
export const LINK_PARAMETER_BUCKET_RATE_BYTES_PER_SECOND: u32 = 7;
export const LINK_PARAMETER_BUCKET_BYTES: u32 = 8;
export const LINK_PARAMETER_BUCKET_POLICES: u32 = 9;

export const LOSS_PARAMETER_KIND: u32 = 0;
export const LOSS_PARAMETER_PROBABILITY: u32 = 1;
export const LOSS_PARAMETER_GOOD_TO_BAD: u32 = 2;
export const LOSS_PARAMETER_BAD_TO_GOOD: u32 = 3;
export const LOSS_PARAMETER_LOSS_GOOD: u32 = 4;
export const LOSS_PARAMETER_LOSS_BAD: u32 = 5;

export const STEP_PARAMETER_AT_US: u32 = 0;
export const STEP_PARAMETER_RATE_BYTES_PER_SECOND: u32 = 1;
export const STEP_PARAMETER_DELAY_US: u32 = 2;
export const STEP_PARAMETER_DOWN: u32 = 3;
export const STEP_PARAMETER_LOSS: u32 = 4;

export const GROUP_PARAMETER_ID: u32 = 0;
export const GROUP_PARAMETER_CONTROLLER: u32 = 1;
export const GROUP_PARAMETER_MSS_BYTES: u32 = 2;
export const GROUP_PARAMETER_HEADER_BYTES: u32 = 3;
export const GROUP_PARAMETER_INITIAL_CWND_PACKETS: u32 = 4;
export const GROUP_PARAMETER_RECEIVE_WINDOW_BYTES: u32 = 5;
export const GROUP_PARAMETER_ACK_EVERY_PACKETS: u32 = 6;
export const GROUP_PARAMETER_ACK_TIMEOUT_US: u32 = 7;
export const GROUP_PARAMETER_RECOVERY: u32 = 8;
export const GROUP_PARAMETER_MIN_RTO_US: u32 = 9;
export const GROUP_PARAMETER_PACING: u32 = 10;
export const GROUP_PARAMETER_ECN: u32 = 11;
export const GROUP_PARAMETER_SIZE_BYTES: u32 = 12;
export const GROUP_PARAMETER_STOP_US: u32 = 13;
export const GROUP_PARAMETER_GROWTH: u32 = 14;
export const GROUP_PARAMETER_SLOW_START: u32 = 15;
export const GROUP_PARAMETER_ACCESS_RATE_BYTES_PER_SECOND: u32 = 16;
export const GROUP_PARAMETER_ACCESS_DELAY_US: u32 = 17;
export const GROUP_PARAMETER_HOST_JITTER_US: u32 = 18;
export const GROUP_PARAMETER_START_JITTER_US: u32 = 19;
export const GROUP_PARAMETER_START_US: u32 = 20;
export const GROUP_PARAMETER_HANDSHAKE: u32 = 21;
export const GROUP_PARAMETER_BASE_RTT_US: u32 = 22;

export const SOURCE_PARAMETER_KIND: u32 = 0;
export const SOURCE_PARAMETER_RATE_BYTES_PER_SECOND: u32 = 1;
export const SOURCE_PARAMETER_ON_US: u32 = 2;
export const SOURCE_PARAMETER_OFF_US: u32 = 3;

export const ARRIVALS_PARAMETER_START_US: u32 = 0;
export const ARRIVALS_PARAMETER_PER_SECOND: u32 = 1;
export const ARRIVALS_PARAMETER_SIZE_BYTES: u32 = 2;
export const ARRIVALS_PARAMETER_MAX_ACTIVE: u32 = 3;
export const ARRIVALS_PARAMETER_MAX_STARTED: u32 = 4;

export const COUNT_FLOW_SERIES: u32 = 8;
export const COUNT_LINK_SERIES: u32 = 5;
