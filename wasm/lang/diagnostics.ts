// Findings, written as they are made: a record of spec/lang.json, then its arguments, each its size
// and its bytes. `report` opens a record; `argument…` and `related` complete it.
import { DIAGNOSTIC_FIRST_WARNING, DIAGNOSTIC_MORE_ERRORS, DIAGNOSTIC_MORE_WARNINGS } from '../generated/diagnostics';
import { LIMIT_DIAGNOSTICS } from '../generated/isa';
import {
  AT_ARGUMENT_SIZE,
  AT_FINDING_ARGUMENTS,
  AT_FINDING_END,
  AT_FINDING_ID,
  AT_FINDING_RELATED_END,
  AT_FINDING_RELATED_START,
  AT_FINDING_START,
  BYTES_ARGUMENT,
  BYTES_FINDING,
  VALUE_NOWHERE,
} from '../generated/lang';
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
  // Arguments and the other place belong to what is listed, not to the one that says there are more.
  listed = count < LIMIT_DIAGNOSTICS;
  if (count > LIMIT_DIAGNOSTICS) return;
  const more = isError ? DIAGNOSTIC_MORE_ERRORS : DIAGNOSTIC_MORE_WARNINGS;
  record = findings.length;
  const row = findings.reserve(BYTES_FINDING);
  findings.length += BYTES_FINDING;
  store<u16>(row, <u16>(listed ? id : more), AT_FINDING_ID);
  store<u16>(row, 0, AT_FINDING_ARGUMENTS);
  store<u32>(row, start, AT_FINDING_START);
  store<u32>(row, end, AT_FINDING_END);
  store<u32>(row, VALUE_NOWHERE, AT_FINDING_RELATED_START);
  store<u32>(row, VALUE_NOWHERE, AT_FINDING_RELATED_END);
  findingCount++;
}

export function related(start: u32, end: u32): void {
  if (!listed) return;
  store<u32>(findings.data + record, start, AT_FINDING_RELATED_START);
  store<u32>(findings.data + record, end, AT_FINDING_RELATED_END);
}

export function argumentBytes(from: usize, size: u32): void {
  if (!openArgument(size)) return;
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
  const size = <u32>value.length;
  if (!openArgument(size)) return;
  for (let i: u32 = 0; i < size; i++) findings.u8(load<u8>(changetype<usize>(value) + (i << 1)));
}

export function argumentNumber(value: u64): void {
  let size: u32 = 1;
  for (let rest = value; rest >= 10; rest /= 10) size++;
  if (!openArgument(size)) return;
  findings.reserve(size);
  findings.length += size;
  let digit = findings.data + findings.length;
  for (let i: u32 = 0; i < size; i++, value /= 10) store<u8>(--digit, <u8>(0x30 + <u32>(value % 10)));
}

/** Begins an argument of `size` bytes; false where its finding is not listed. */
function openArgument(size: u32): bool {
  if (!listed) return false;
  const finding = findings.data + record;
  store<u16>(finding, load<u16>(finding, AT_FINDING_ARGUMENTS) + 1, AT_FINDING_ARGUMENTS);
  store<u32>(findings.reserve(BYTES_ARGUMENT), size, AT_ARGUMENT_SIZE);
  findings.length += BYTES_ARGUMENT;
  return true;
}
