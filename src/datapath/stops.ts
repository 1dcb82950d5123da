/** An arithmetic error that ended a flow's program for an ACK, and how often. */
export interface ProgramStop {
  readonly programUid: number;
  /** Counted from 0, DEFs included: its line in `disassemble`, its place by `Program.rangeOf`. */
  readonly instruction: number;
  /** A libccp code: −91 addition, −92 division by zero, −93 multiplication, −94 subtraction. */
  readonly code: number;
  readonly times: number;
}

// wasm/vm/stops.ts draws a record.
const RECORD_BYTES = 12;

/**
 * The records from `at` on, `most` at most, up to the first that is free: what a flow of the machine has counted.
 *
 * @example
 * ```ts
 * readStops(new DataView(new ArrayBuffer(48)), 0, 4); // []: none so far
 * ```
 */
export function readStops(view: DataView, at: number, most: number): ProgramStop[] {
  const stops: ProgramStop[] = [];
  for (let record = at; record < at + most * RECORD_BYTES; record += RECORD_BYTES) {
    const times = view.getUint32(record + 8, true);
    if (times === 0) break;
    stops.push({
      programUid: view.getUint32(record, true),
      instruction: view.getUint16(record + 4, true),
      code: -view.getUint16(record + 6, true),
      times,
    });
  }
  return stops;
}
