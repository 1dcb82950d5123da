import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

// An engine compiles a function as a whole once it is hot: what few packets need, copied into the way of all, is paid for
// by each capture (decision 0127). Functions marked `@seldom` stay apart.

/** 21.5 kB took V8 170 to 300 ms, 5.9 kB takes it 22. */
const MOST_BYTES = 8 * 1024;
const CODE_SECTION = 10;

/** Bytes of each function's body, in the order of the module. */
function bodiesOf(wasm: Uint8Array): number[] {
  let at = 8;
  const number = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = wasm[at++]!;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < wasm.length) {
    const id = wasm[at++];
    const bytes = number();
    if (id !== CODE_SECTION) {
      at += bytes;
      continue;
    }
    return Array.from({ length: number() }, () => {
      const body = number();
      at += body;
      return body;
    });
  }
  return [];
}

test('no function that packets go through is long in compiling', () => {
  const bodies = bodiesOf(readFileSync('dist/wasm/capture.wasm'));
  expect(bodies.length).toBeGreaterThan(100);
  expect(Math.max(...bodies)).toBeLessThan(MOST_BYTES);
});
