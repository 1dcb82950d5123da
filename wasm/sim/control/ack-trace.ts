// The last run of one flow's program, kept instruction by instruction: what the host asks for who looks at an instant.
//
//   head   | time f64 µs | uid u32 | code i32 | outcome u32 | cwnd u32 | rate u32 | 0 u32 |
//   then   | 32 primitives u64 | sndCwnd u64 | sndRate u64 |   as the program found them
//   then   steps, as wasm/vm/trace.ts draws them
import { LIMIT_PRIMITIVE_REGISTERS } from '../../generated/isa';
import { Bytes, createBytes, output } from '../../memory/index';
import * as vm from '../../vm/index';
import { Flow, now } from '../state/index';

const HEAD: u32 = 32;
const FOUND: u32 = 8 * (LIMIT_PRIMITIVE_REGISTERS + 2);

let traced: i64 = -1;
const last = createBytes();

/** From now on the runs of this flow's program are kept, each in the place of the one before. */
export function ccpTrace(flow: u32): void {
  traced = flow;
  last.clear();
}

export function isTraced(flow: Flow): bool {
  return <i64>flow.id == traced;
}

/** As `vm.invoke`, and keeps it. */
export function invokeTraced(at: usize, nowUs: u64): void {
  last.clear();
  memory.copy(last.reserve(HEAD + FOUND) + HEAD, at + vm.OFFSET_PRIMITIVE, FOUND);
  last.length = HEAD + FOUND;
  const code = vm.trace(at, nowUs);
  const state = changetype<vm.Flow>(at);
  const head = last.data;
  store<f64>(head, <f64>now / 1000);
  store<u32>(head, state.code ? changetype<vm.Code>(state.code).uid : 0, 8);
  store<i32>(head, code, 12);
  store<u32>(head, state.outcome, 16);
  store<u32>(head, state.cwndBytes, 20);
  store<u32>(head, state.rateBytesPerSecond, 24);
  store<u32>(head, 0, 28);
  last.bytes(output.data, output.length);
}

/** Puts the run that was kept last; nothing where none was. */
export function ccpTraced(to: Bytes): void {
  to.bytes(last.data, last.length);
}
