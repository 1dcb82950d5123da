import { expect, test } from 'vitest';
import { type ByteSource, type Capture, openCapture } from '../../src/capture/index.js';
import { type Bytes, frame, pcap } from './build.js';

const CLOSED = { code: 'MOORING_ERR_CAPTURE_CLOSED' };
// More than a batch holds.
const bytes = pcap(Array.from({ length: 9000 }, (_, us) => ({ us, bytes: frame({ seq: us }) })));

/** A source that knows how many of its readers are open. */
class Watched implements ByteSource {
  readonly name = 'watched';
  opened = 0;
  readers = 0;
  readonly #bytes: Bytes;

  constructor(of: Bytes) {
    this.#bytes = of;
  }

  open(): ReturnType<ByteSource['open']> {
    let at = 0;
    let closed = false;
    this.opened += 1;
    this.readers += 1;
    return {
      read: (into) => {
        const part = this.#bytes.subarray(at, at + into.length);
        into.set(part);
        at += part.length;
        return part.length;
      },
      close: () => {
        if (!closed) this.readers -= 1;
        closed = true;
      },
    };
  }
}

async function left(source: Watched): Promise<{ capture: Capture; pass: AsyncGenerator<unknown> }> {
  const capture = await openCapture(source);
  const pass = capture.batches();
  expect((await pass.next()).done).toBe(false);
  expect(source.readers).toBe(1);
  return { capture, pass };
}

test('closing ends a pass that was left in the middle, and closes what it opened', async () => {
  const source = new Watched(bytes);
  const { capture, pass } = await left(source);
  await capture.close();
  expect(source.readers).toBe(0);
  await expect(pass.next()).rejects.toMatchObject(CLOSED);
});

test('a closed capture opens nothing again, and closing again does nothing', async () => {
  const source = new Watched(bytes);
  const { capture } = await left(source);
  await capture.close();
  const before = source.opened;
  await capture.close();
  await expect(capture.info()).rejects.toMatchObject(CLOSED);
  await expect(capture.analyse()).rejects.toMatchObject(CLOSED);
  await expect(capture.batches().next()).rejects.toMatchObject(CLOSED);
  expect(source.opened).toBe(before);
});

test('await using closes a capture', async () => {
  const source = new Watched(bytes);
  {
    await using capture = await openCapture(source);
    await capture.batches().next();
    expect(source.readers).toBe(1);
  }
  expect(source.readers).toBe(0);
});

test('a pass that ran to its end has closed its own', async () => {
  const source = new Watched(bytes);
  const capture = await openCapture(source);
  await capture.info();
  for await (const _ of capture.batches()) break;
  expect([source.readers, source.opened]).toEqual([0, 3]);
});
