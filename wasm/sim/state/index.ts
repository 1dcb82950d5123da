/**
 * What a simulation is made of and what it stands on: time and its events, packets, flows and what an
 * acknowledgement told them, randomness and histograms. Nothing here decides; the rooms above do.
 */
export { AckSample, ackSample } from './ack-sample';
export { cubeRoot, exponential, logarithm } from './arithmetic';
export { Event, nextEvent, now, resetEvents, schedule, unschedule } from './events';
export {
  allocateFlow,
  discard,
  Flow,
  flowHash,
  Group,
  inFlight,
  LOSS,
  NO_LIMIT,
  OPEN,
  RECOVERY,
  recycle,
} from './flow';
export { bucketStart, HISTOGRAM_BUCKETS, Histogram } from './histogram';
export {
  EVENT_ANSWER,
  EVENT_ARRIVAL,
  EVENT_DELAYED_ACK,
  EVENT_LINE,
  EVENT_LINK,
  EVENT_MEASURE,
  EVENT_PACE,
  EVENT_PACKET,
  EVENT_REORDER,
  EVENT_REPORT,
  EVENT_RTO,
  EVENT_SAMPLE,
  EVENT_SOURCE,
  EVENT_START,
  EVENT_STEP,
  EVENT_STOP,
  EVENT_WAKE,
  LAST_TIMER,
} from './kinds';
export {
  addEcho,
  allocatePacket,
  Echo,
  fetchSoon,
  freePacket,
  PACKET_ACK,
  PACKET_CE,
  PACKET_CWR,
  PACKET_DSACK,
  PACKET_ECE,
  PACKET_ECT,
  PACKET_L4S,
  PACKET_PSH,
  PACKET_SYN,
  Packet,
} from './packet';
export { choiceOf, handleOf, nanoseconds, numberOf, numberOr, timeOf, wholeOf } from './parameters';
export { Distribution, Random } from './random';
export {
  recordLoss,
  recordPacket,
  recordState,
  TAP_LINKS,
  TAP_RECEIVER,
  TAP_SENDER,
  TAP_STATE,
  takeRecords,
  tap,
  tapsReceiver,
  tapsSender,
  tapsState,
} from './tap';
export { allocateEvent, clearTimer, freeEvent, setTimer, timerExpires } from './timers';
