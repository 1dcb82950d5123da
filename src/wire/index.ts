/**
 * CCP messages as typed values: encode, decode, print. Bytes in, values out and back; it knows
 * neither flows nor programs.
 */
export { decodeMessage, decodeMessages } from './decode.js';
export { encodeMessage } from './encode.js';
export { formatMessage, type MessageNames } from './format.js';
export type { Decoded, FieldUpdate, FlowInfo, Message } from './types.js';
