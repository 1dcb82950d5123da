import fc from 'fast-check';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { LIMIT, PRIMITIVES } from '../../src/generated/isa.js';
import { decodeMessages } from '../../src/wire/index.js';
import type { VmVector } from '../datapath/replay.js';
import { readVmVectors } from '../datapath/vectors.js';
import { rawProgram, trace } from '../wasm/vm/arbitrary.js';
import { Machine } from '../wasm/vm/machine.js';
import { type Kernel, linkToKernel, openKernel, whyNot } from './kernel.js';

// The same program in the kernel, compiled to WebAssembly and on the interpreter: every register, code, window, rate and
// message. MOORING_BPF_PROGRAMS=20000 MOORING_BPF_SEED=1 npx vitest run --config vitest.suite.config.ts test/bpf

const programs = Number(process.env['MOORING_BPF_PROGRAMS'] ?? 4000);
const seed = Number(process.env['MOORING_BPF_SEED'] ?? Date.now() % 1_000_000_000);
const missing = whyNot();
if (missing) console.log(`programs in the kernel: skipped, ${missing}`);

vi.setConfig({ testTimeout: 60_000 + 20 * programs });

let kernel: Kernel | undefined;
afterAll(() => kernel?.close());

/** A machine whose programs run in this kernel; two at a time. */
function kernelMachine(): Machine {
  kernel ??= openKernel();
  const opened = kernel;
  return new Machine((wasm, bytes) => {
    const [decoded] = decodeMessages(bytes);
    if (!decoded?.ok || decoded.message.type !== 'install') throw new Error('an INSTALL that was taken is none');
    linkToKernel(wasm, decoded.message, opened, decoded.message.programUid);
  });
}

describe.skipIf(missing !== undefined)('a program in the kernel', () => {
  test(`is what it is elsewhere: ${programs} random ones on random traces, seed ${seed}`, () => {
    const [interpreter, jit, inKernel] = [new Machine('interpreter'), new Machine('jit'), kernelMachine()];
    const seen = new Map<number, number>();
    fc.assert(
      fc.property(rawProgram, rawProgram, trace, (first, second, steps) => {
        const codes = interpreter.start([first, second]);
        expect(jit.start([first, second])).toEqual(codes);
        expect(inKernel.start([first, second])).toEqual(codes);
        let nowUs = 0;
        for (const step of steps) {
          nowUs += step.advanceUs;
          const expected = interpreter.step(nowUs, step);
          for (const machine of [jit, inKernel]) {
            const got = machine.step(nowUs, step);
            if (JSON.stringify(got) !== JSON.stringify(expected)) expect(got).toEqual(expected);
          }
          seen.set(expected.code, (seen.get(expected.code) ?? 0) + 1);
        }
      }),
      { numRuns: programs / 2, seed },
    );
    // The traces reach what they are for: success and each of the four errors.
    expect([...seen.keys()].sort((a, b) => b - a)).toEqual([0, -91, -92, -93, -94]);
  });

  const vectors = readVmVectors();
  if (vectors.length === 0) console.log('vm vectors in the kernel: skipped, ../shared/vectors/vm.jsonl is not here');

  test.skipIf(vectors.length === 0)('is what it is elsewhere on every trace of libccp', () => {
    const [interpreter, inKernel] = [new Machine('interpreter'), kernelMachine()];
    let invocations = 0;
    for (const vector of vectors) {
      const [expected, got] = [interpreter, inKernel].map((machine) => replayed(machine, vector));
      expect(got, vector.id).toEqual(expected);
      invocations += expected!.length;
    }
    expect(invocations).toBeGreaterThan(vectors.length);
  });
});

/** Of libccp's record of primitives, in its order. */
const FIELDS =
  'bytesAcked packetsAcked bytesMisordered packetsMisordered ecnBytes ecnPackets lostPktsSample wasTimeout rttSampleUs rateOutgoing rateIncoming bytesInFlight packetsInFlight bytesPending'.split(
    ' ',
  );

function replayed(machine: Machine, vector: VmVector): object[] {
  machine.start([]);
  const primitives = Array<bigint>(34).fill(0n);
  const answers: object[] = [];
  let nowUs = 1_000_000;
  for (const step of vector.trace) {
    if ('recv' in step) answers.push({ code: machine.handleBytes(Buffer.from(step.recv, 'hex')) });
    else if ('advanceUs' in step) nowUs += step.advanceUs;
    else if ('invoke' in step) answers.push(machine.step(nowUs, { advanceUs: 0, primitives }));
    else if ('prims' in step)
      for (const { index, field } of PRIMITIVES.slice(0, LIMIT.LIBCCP_PRIMITIVE_REGISTERS))
        if (field !== null) primitives[index] = BigInt(step.prims[FIELDS.indexOf(field)]!);
  }
  return answers;
}
