/**
 * CCP messages as bytes: where each field of a message stands, writing those a datapath sends, reading those it
 * receives.
 */
export {
  CREATE_BODY,
  isClose,
  messageLength,
  messageSid,
  messageType,
  writeClose,
  writeCreate,
  writeMeasure,
  writeReady,
} from './messages';
