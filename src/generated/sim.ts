// Generated from spec/sim.json by `npm run gen`. Do not edit.
export const QUEUE = {
  droptail: 0,
  red: 1,
  codel: 2,
  fqcodel: 3,
  pie: 4,
  dualpi2: 5,
  step: 6,
} as const;

export const DISTRIBUTION = {
  fixed: 0,
  uniform: 1,
  exponential: 2,
  lognormal: 3,
  pareto: 4,
  normal: 5,
} as const;

export const LOSS = {
  none: 0,
  bernoulli: 1,
  gilbertElliott: 2,
} as const;

export const SOURCE = {
  greedy: 0,
  rate: 1,
  onoff: 2,
  poisson: 3,
} as const;

export const CONTROLLER = {
  ccp: 0,
  reno: 1,
  cubic: 2,
  dctcp: 3,
  prague: 4,
  bbr: 5,
  bbr3: 6,
  udp: 7,
} as const;

export const RECOVERY = {
  rack: 0,
  rfc6675: 1,
} as const;

export const GROWTH = {
  linux: 0,
  rfc5681: 1,
} as const;

export const SLOW_START = {
  standard: 0,
  hystart: 1,
  hystartpp: 2,
} as const;

export const ECN = {
  off: 0,
  classic: 1,
  dctcp: 2,
  accurate: 3,
} as const;

export const SIM = {
  PACKET_BYTES: 1500,
  MAX_FLOWS: 100000,
  MAX_LINKS: 240,
  MAX_SERIES_BINS: 8192,
} as const;

export const STOP = {
  TIME: 0,
  MESSAGE: 1,
  PROGRAM: 2,
  WAKE: 3,
} as const;

export const FLOW_LIMIT = {
  NONE: 0,
  APPLICATION: 1,
  RECEIVE_WINDOW: 2,
  CONGESTION_WINDOW: 3,
  RECOVERY: 4,
  PACING: 5,
  STARTUP: 6,
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
  LIMIT: 18,
} as const;

export const LINK_COLUMN = {
  SENT_BYTES: 0,
  SENT_PACKETS: 1,
  QUEUE_DROPS: 2,
  WIRE_LOSSES: 3,
  WIRE_LOSS_BYTES: 4,
  MARKS: 5,
  MAX_QUEUE_PACKETS: 6,
  MAX_QUEUE_BYTES: 7,
  QUEUE_PACKETS: 8,
  QUEUE_BYTES: 9,
  CAPACITY_BYTES: 10,
  USED_BYTES: 11,
} as const;

export const GROUP_COLUMN = {
  STARTED: 0,
  FINISHED: 1,
  REFUSED: 2,
  COMPLETIONS: 3,
} as const;

export const COMPLETION_COLUMN = {
  SIZE_BYTES: 0,
  TIME_US: 1,
} as const;

export const HISTOGRAM_COLUMN = {
  SAMPLES: 0,
  SUM_US: 1,
  MIN_US: 2,
  MAX_US: 3,
} as const;

export const FLOW_SERIES = {
  CWND_BYTES: 0,
  SSTHRESH_BYTES: 1,
  IN_FLIGHT_BYTES: 2,
  SRTT_US: 3,
  PACING_BYTES_PER_SECOND: 4,
  DELIVERED_BYTES: 5,
  LOSSES: 6,
  MARKS: 7,
} as const;

export const LINK_SERIES = {
  QUEUE_BYTES: 0,
  MAX_QUEUE_BYTES: 1,
  SENT_BYTES: 2,
  DROPS: 3,
  MARKS: 4,
} as const;

export const RUN_PARAMETERS = [
  'seed',
  'tickShift',
  'maxFlows',
  'durationUs',
] as const;

export const AGENT_PARAMETERS = [
  'maxFlows',
  'fallbackUs',
  'reactionUs',
] as const;

export const DISTRIBUTION_PARAMETERS = [
  'kind',
  'value',
  'min',
  'max',
  'mean',
  'median',
  'sigma',
  'shape',
  'deviation',
] as const;

export const QUEUE_PARAMETERS = [
  'kind',
  'limitPackets',
  'limitBytes',
  'ecn',
  'minThreshold',
  'maxThreshold',
  'maxProbability',
  'weight',
  'gentle',
  'targetUs',
  'intervalUs',
  'flows',
  'quantumBytes',
  'markAt',
  'burstUs',
  'coupling',
  'rampStartUs',
  'rampEndUs',
] as const;

export const LINK_PARAMETERS = [
  'rateBytesPerSecond',
  'delayUs',
  'queue',
  'loss',
  'jitterUs',
  'reorderProbability',
  'reorderExtraDelayUs',
  'bucketRateBytesPerSecond',
  'bucketBytes',
  'bucketPolices',
] as const;

export const LOSS_PARAMETERS = [
  'kind',
  'probability',
  'goodToBad',
  'badToGood',
  'lossGood',
  'lossBad',
] as const;

export const STEP_PARAMETERS = [
  'atUs',
  'rateBytesPerSecond',
  'delayUs',
  'down',
  'loss',
] as const;

export const GROUP_PARAMETERS = [
  'id',
  'controller',
  'mssBytes',
  'headerBytes',
  'initialCwndPackets',
  'receiveWindowBytes',
  'ackEveryPackets',
  'ackTimeoutUs',
  'recovery',
  'minRtoUs',
  'pacing',
  'ecn',
  'sizeBytes',
  'stopUs',
  'growth',
  'slowStart',
  'accessRateBytesPerSecond',
  'accessDelayUs',
  'hostJitterUs',
  'startJitterUs',
  'startUs',
  'handshake',
  'baseRttUs',
] as const;

export const SOURCE_PARAMETERS = [
  'kind',
  'rateBytesPerSecond',
  'onUs',
  'offUs',
] as const;

export const ARRIVALS_PARAMETERS = [
  'startUs',
  'perSecond',
  'sizeBytes',
  'maxActive',
  'maxStarted',
] as const;
