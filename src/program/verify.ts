import { writeInput } from '../core/index.js';
import { LIBCCP_TEXT } from '../generated/codes.js';
import { LIMIT } from '../generated/isa.js';
import { withEngine } from './engine.js';
import { rowsReport } from './rows.js';

/** The verifier's answer: legal and what it can do, or the first fault with the code libccp would give. */
export type VerifyResult =
  | {
      readonly ok: true;
      /** Whether the program can report at all, as `Program.reports` says. */
      readonly reports: boolean;
    }
  | {
      readonly ok: false;
      /** A negative libccp code (spec/libccp-codes.json). */
      readonly code: number;
      readonly name: string;
      readonly message: string;
      /** Index of the row at fault, counted from the first event; absent where a count is at fault. */
      readonly row?: number;
    };

/**
 * Judges the rows of a program body (events first, then instructions) as a datapath does at
 * INSTALL: known opcodes, legal registers within the VM's limits, event ranges inside the
 * program, at most 255 of each. Never throws.
 *
 * @example
 * ```ts
 * verifyRows(new Uint8Array(0), 0, 1); // { ok: false, code: -43, name: 'INSTALL_TOO_MANY_INSTR', … }
 * ```
 */
export function verifyRows(rows: Uint8Array, events: number, instructions: number): VerifyResult {
  return withEngine((engine) => {
    writeInput(engine, rows);
    const code = engine.verifyRows(count(events), count(instructions));
    if (code === 0) return { ok: true, reports: rowsReport(rows, events, instructions) };
    const { name, text } = LIBCCP_TEXT.get(code) ?? { name: 'UNKNOWN', text: 'unknown code' };
    const row = engine.verifyProblemRow();
    if (row < 0) return { ok: false, code, name, message: text };
    const where = row < events ? `event ${row}` : `instruction ${row - events}`;
    return { ok: false, code, name, message: `${where}: ${text}`, row };
  });
}

/** What is not a count at all is as bad as too many. */
function count(value: number): number {
  return Number.isInteger(value) && value >= 0 && value <= LIMIT.INSTRUCTIONS ? value : LIMIT.INSTRUCTIONS + 1;
}
