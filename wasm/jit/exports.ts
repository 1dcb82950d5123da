// The compiler's door for the host, which alone can instantiate a module:
//
//   while ((program = jitNext())) if (jitEmit(program)) jitLink(program, entry of output's "run")
import { decodeCode, decodeProgram, freeProgram, Program } from '../isa/index';
import { input } from '../memory/index';
import { Code, takeFreeEntry, takeUncompiled } from '../vm/index';
import { emitModule } from './module';

/** A program that no compiler has seen, or 0. Each is given once. */
export function jitNext(): usize {
  return takeUncompiled();
}

/** Leaves the program's module in `output` and returns 1; 0 where it stays with the interpreter. */
export function jitEmit(program: usize): u32 {
  return emitModule(changetype<Code>(program).program) ? 1 : 0;
}

/** An entry of the function table whose program is gone; 0 where the table has to grow. */
export function jitFreeEntry(): u32 {
  return takeFreeEntry();
}

/** From now on the program runs through this entry of the function table. */
export function jitLink(program: usize, entry: u32): void {
  changetype<Code>(program).entry = entry;
}

/** The module of the rows in `input`, left in `output`: 0, a libccp code, or 1 where the program is too long to compile. */
export function jitEmitRows(events: u32, instructions: u32): i32 {
  const program = decodeProgram(input.data, input.length, events, instructions, 1);
  if (!program) return decodeCode;
  const emitted = emitModule(changetype<Program>(program));
  freeProgram(program);
  return emitted ? 0 : 1;
}
