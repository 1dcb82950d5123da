// Rows the host has written to `input`, judged.
import { input } from '../memory/index';
import { problemRow, verify } from './verify';

/** 0 or a libccp code for the rows in `input`. */
export function verifyRows(events: u32, instructions: u32): i32 {
  return verify(input.data, input.length, events, instructions);
}

/** The row the last `verifyRows` found fault with, −1 where it was a count. */
export function verifyProblemRow(): i32 {
  return problemRow;
}
