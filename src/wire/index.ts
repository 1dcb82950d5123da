/**
 * CCP messages as typed values: encode, decode, print. Bytes in, values out and back; it knows
 * neither flows nor programs.
 */
export type { Decoded, FieldUpdate, FlowInfo, Message } from './types.js';
