import { ERROR } from '../base/index.js';
import { readOutput, type SimInstance } from '../core/index.js';
import { readStops } from '../datapath/index.js';
import { LIBCCP } from '../generated/codes.js';
import type { Program } from '../program/index.js';
import type { ProgramStops, RunNotice } from './result.js';

// Arithmetic errors of datapath programs, in the words of their text.

const RECORD_BYTES = 16;

const WHAT = new Map<number, string>([
  [LIBCCP.ADD_INT_OVERFLOW, 'went above 2^64 − 1'],
  [LIBCCP.SUB_INT_UNDERFLOW, 'went below zero'],
  [LIBCCP.MUL_INT_OVERFLOW, 'went above 2^64 − 1'],
  [LIBCCP.DIV_BY_ZERO, 'divided by zero'],
]);

/** Of all flows so far, one entry for each flow and place. */
export function collectStops(sim: SimInstance, programOf: (uid: number) => Program | undefined): ProgramStops[] {
  sim.simStops();
  const bytes = readOutput(sim);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stops: ProgramStops[] = [];
  for (let at = 0; at < bytes.length; at += RECORD_BYTES) {
    const flow = view.getUint32(at, true);
    for (const { programUid, instruction, code, times } of readStops(view, at + 4, 1)) {
      const program = programOf(programUid);
      const range = program?.rangeOf(instruction);
      const text = range && program?.source.slice(range.start, range.end);
      const where = range && text !== undefined ? { range, text } : {};
      stops.push({ flow, programUid, instruction, code, times, ...where });
    }
  }
  return stops;
}

/** A line for each place, over all flows. */
export function noticesOf(stops: readonly ProgramStops[], nameOf: (flow: number) => string): RunNotice[] {
  const places = new Map<string, { first: ProgramStops; times: number; flows: Set<number> }>();
  for (const stop of stops) {
    const key = `${stop.programUid} ${stop.instruction} ${stop.code}`;
    const known = places.get(key) ?? { first: stop, times: 0, flows: new Set() };
    known.times += stop.times;
    known.flows.add(stop.flow);
    places.set(key, known);
  }
  return [...places.values()].map(({ first, times, flows }) => ({
    code: ERROR.MOORING_ERR_SIM_PROGRAM_STOPPED,
    message: `${nameOf(first.flow)}: ${describeStop(first)} ${times} times${flows.size > 1 ? ` in ${flows.size} flows` : ''}; each time the rest of the program was not run for that ACK.`,
  }));
}

function describeStop({ code, instruction, range, text }: ProgramStops): string {
  const what = WHAT.get(code) ?? `ended with code ${code}`;
  return range ? `\`${text}\` at ${range.line}:${range.column} ${what}` : `instruction ${instruction} ${what}`;
}
