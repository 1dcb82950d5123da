import { expect, test } from 'vitest';
import {
  decodeText,
  decodeUtf8,
  encodeText,
  instantiateDatapath,
  instantiateSim,
  provideModule,
  wasmTrap,
} from '../../src/core/index.js';

test('text crosses as it is, a byte-order mark too; what is no UTF-8 is replaced, or told', () => {
  const marked = Uint8Array.of(0xef, 0xbb, 0xbf, 0x61);
  expect([decodeText(marked), decodeUtf8(marked)]).toEqual(['\ufeffa', '\ufeffa']);
  expect(encodeText('\ufeffa')).toEqual(marked);
  const broken = Uint8Array.of(0x61, 0xff);
  expect([decodeText(broken), decodeUtf8(broken)]).toEqual(['a\ufffd', undefined]);
});

test('a trap, and an engine without memory, become the declared error; anything else stays what it is', () => {
  const memoryBytes = 3 * 2 ** 20;
  for (const cause of [
    new WebAssembly.RuntimeError('unreachable'),
    new RangeError('WebAssembly.Memory.grow(): Out of memory'),
    new RangeError('Array buffer allocation failed'),
    new RangeError('Invalid typed array length: 5'),
  ])
    expect(wasmTrap(cause, memoryBytes, 'start again')).toMatchObject({
      code: 'MOORING_ERR_WASM_TRAP',
      message: 'WebAssembly stopped with 3 MiB of memory taken: start again',
      detail: { memoryBytes },
      cause,
    });
  for (const other of [new RangeError('precision 200 out of range'), new TypeError('memory'), 'memory', undefined])
    expect(wasmTrap(other, memoryBytes, 'start again')).toBe(other);
});

test('a module is compiled once, whatever number of instances there is, and not at all where one is provided', () => {
  const Original = WebAssembly.Module;
  let compiled = 0;
  class Counted extends Original {
    constructor(bytes: BufferSource) {
      super(bytes);
      compiled += 1;
    }
  }
  WebAssembly.Module = Counted as typeof WebAssembly.Module;
  try {
    const [one, two] = [instantiateDatapath(), instantiateDatapath()];
    expect([compiled, one.memory === two.memory]).toEqual([1, false]);
    // Two instructions shorter than any of ours: a module without exports, `\0asm` and its version.
    const empty = new Original(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
    WebAssembly.Module = Original;
    provideModule('sim', empty);
    expect((instantiateSim() as object as Record<string, unknown>)['memory']).toBeUndefined();
  } finally {
    WebAssembly.Module = Original;
  }
});

test.each([[new Uint8Array(8)], [undefined], [{}]])('%j is provided for no module', (module) => {
  expect(() => provideModule('sim', module as object)).toThrow(
    expect.objectContaining({ code: 'MOORING_ERR_BAD_ARGUMENT', detail: { argument: 'module' } }),
  );
});
