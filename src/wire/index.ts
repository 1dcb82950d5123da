/**
 * CCP messages as typed values: encode, decode, print; each message is a file. Bytes in, values out and back; it
 * knows neither flows nor programs.
 */
export type { ChangeProgMessage } from './change-prog.js';
export type { CreateMessage, FlowInfo } from './create.js';
export { decodeMessage, decodeMessages } from './decode.js';
export { encodeMessage } from './encode.js';
export type { FieldUpdate } from './field-update.js';
export { formatMessage } from './format.js';
export { installUid, isClose, messageLength, messageSid, messageType } from './header.js';
export type { InstallMessage } from './install.js';
export type { MeasureMessage } from './measure.js';
export type { Decoded, Message } from './message.js';
export type { MessageNames } from './names.js';
export type { ReadyMessage } from './ready.js';
export { type ParsedRecording, parseRecording, RECORDING_HEADER, type RecordedMessage } from './recording.js';
export type { UpdateFieldMessage } from './update-field.js';
