// What an event is; the engine's loop acts by it. Where every packet comes by, kinds of all sorts are asked for
// one after the other, the likeliest first: there a switch's jump table costs more than it saves, 3 % of a run.
// Either way the last word is unreachable(), so that a new kind nobody has thought of ends the run.
//
// The loop asks for the kinds below in their order. The timers of a flow stand in a row, from EVENT_RTO to
// LAST_TIMER.
//
// At one instant those who look go first, then the end of a transmission, then the rest (events.ts).
export const EVENT_STOP: u8 = 0;
export const EVENT_SAMPLE: u8 = 1;
export const EVENT_MEASURE: u8 = 2;
export const EVENT_LINK: u8 = 3;
export const EVENT_LINE: u8 = 4;
/** A packet on its own, held back so that others overtake it. */
export const EVENT_PACKET: u8 = 5;
export const EVENT_RTO: u8 = 6;
export const EVENT_REORDER: u8 = 7;
export const EVENT_PACE: u8 = 8;
export const EVENT_DELAYED_ACK: u8 = 9;
export const EVENT_SOURCE: u8 = 10;
export const LAST_TIMER: u8 = EVENT_SOURCE;
export const EVENT_START: u8 = 11;
/** A message on its way from the datapath to the agent, and back. */
export const EVENT_REPORT: u8 = 12;
export const EVENT_ANSWER: u8 = 13;
/** A flow of a group arrives. */
export const EVENT_ARRIVAL: u8 = 14;
export const EVENT_STEP: u8 = 15;
/** The agent wants to do something of its own accord. */
export const EVENT_WAKE: u8 = 16;
