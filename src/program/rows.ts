import { IMPLICIT, LIMIT, REG, ROW } from '../generated/isa.js';

/** Whether some row of a program body can make the datapath report: whether it writes that implicit register. */
export function rowsReport(rows: Uint8Array, events: number, instructions: number): boolean {
  const view = new DataView(rows.buffer, rows.byteOffset, rows.byteLength);
  for (let row = events; row < events + instructions; row += 1) {
    const at = row * LIMIT.ROW_BYTES;
    if (view.getUint8(at + ROW.RESULT_TYPE) !== REG.IMPLICIT) continue;
    if (view.getUint32(at + ROW.RESULT, true) === IMPLICIT.SHOULD_REPORT) return true;
  }
  return false;
}
