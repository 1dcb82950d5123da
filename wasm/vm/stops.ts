// Arithmetic errors stop a program for one ACK, and nobody sees it: each flow counts its own, by program, instruction
// and code, so that whoever owns the datapath can tell the program's author.
//
//   record   | program uid u32 | instruction u16 | −code u16 | count u32 |          a flow has STOPS, the free ones 0
//
// What does not fit counts as the last of them. An engine gives code and instruction as one number, see `packStop`.
import { Flow } from './state';

export const STOPS: u32 = 4;
export const STOP_BYTES: u32 = 12;
export const OFFSET_STOPS: usize = offsetof<Flow>('stops');

/** What an engine returns where `code`, −1 … −255, ends a program at an instruction; 0 is no error. */
export function packStop(code: i32, instruction: u32): i32 {
  return -(<i32>(instruction << 8) | -code);
}

export function stopCode(packed: i32): i32 {
  return -(-packed & 0xff);
}

/** Counts what an engine returned, and gives its code. */
export function countStop(flow: usize, uid: u32, packed: i32): i32 {
  const instruction = <u32>-packed >> 8;
  let at = flow + OFFSET_STOPS;
  const last = at + (STOPS - 1) * STOP_BYTES;
  for (; at < last; at += STOP_BYTES) {
    if (!load<u32>(at, 8)) break;
    if (load<u32>(at) == uid && load<u16>(at, 4) == instruction) break;
  }
  store<u32>(at, uid);
  store<u16>(at, <u16>instruction, 4);
  store<u16>(at, <u16>(-packed & 0xff), 6);
  store<u32>(at, load<u32>(at, 8) + 1, 8);
  return stopCode(packed);
}
