// Findings, written as they are made. A record:
//
//   | id u16 | arguments u16 | start u32 | end u32 | relatedStart u32 | relatedEnd u32 | { size u32 | bytes } … |
//
// `report` opens a record; `argument…` and `related` complete it.
import { DIAGNOSTIC_FIRST_WARNING, DIAGNOSTIC_MORE_ERRORS, DIAGNOSTIC_MORE_WARNINGS } from '../generated/diagnostics';
import { LIMIT_DIAGNOSTICS } from '../generated/isa';
import { createBytes } from '../memory/index';
import { charSize, text } from './source';

export const findings = createBytes();
export let errorCount: u32 = 0;
export let findingCount: u32 = 0;

/** Longest argument; what is longer ends in …. */
const MAX_ARGUMENT: u32 = 60;

let warningCount: u32 = 0;
let record: u32 = 0;
let listed = false;

export function resetDiagnostics(): void {
  findings.clear();
  errorCount = 0;
  warningCount = 0;
  findingCount = 0;
}

/** Of errors and of warnings, LIMIT_DIAGNOSTICS each are listed, then one that says there are more. */
export function report(id: u32, start: u32, end: u32): void {
  const isError = id < DIAGNOSTIC_FIRST_WARNING;
  const count = isError ? errorCount++ : warningCount++;
  listed = count <= LIMIT_DIAGNOSTICS;
  if (!listed) return;
  const more = isError ? DIAGNOSTIC_MORE_ERRORS : DIAGNOSTIC_MORE_WARNINGS;
  record = findings.length;
  findings.u16(<u16>(count < LIMIT_DIAGNOSTICS ? id : more));
  findings.u16(0);
  findings.u32(start);
  findings.u32(end);
  findings.u64(<u64>-1);
  findingCount++;
}

export function related(start: u32, end: u32): void {
  if (!listed) return;
  store<u32>(findings.data + record, start, 12);
  store<u32>(findings.data + record, end, 16);
}

export function argumentBytes(from: usize, size: u32): void {
  if (!openArgument()) return;
  findings.u32(size);
  findings.bytes(from, size);
}

/** A stretch of the source. */
export function argumentSlice(start: u32, end: u32): void {
  if (end - start <= MAX_ARGUMENT) {
    argumentBytes(text + start, end - start);
    return;
  }
  let stop = start;
  while (stop - start < MAX_ARGUMENT) stop += charSize(stop);
  argumentBytes(text + start, stop - start);
}

/** ASCII text. */
export function argumentText(value: string): void {
  if (!openArgument()) return;
  const size = <u32>value.length;
  findings.u32(size);
  for (let i: u32 = 0; i < size; i++) findings.u8(load<u8>(changetype<usize>(value) + (i << 1)));
}

export function argumentNumber(value: u64): void {
  if (!openArgument()) return;
  let size: u32 = 1;
  for (let rest = value; rest >= 10; rest /= 10) size++;
  findings.u32(size);
  findings.reserve(size);
  findings.length += size;
  let digit = findings.data + findings.length;
  for (let i: u32 = 0; i < size; i++, value /= 10) store<u8>(--digit, <u8>(0x30 + <u32>(value % 10)));
}

function openArgument(): bool {
  if (listed) store<u16>(findings.data + record, load<u16>(findings.data + record, 2) + 1, 2);
  return listed;
}
