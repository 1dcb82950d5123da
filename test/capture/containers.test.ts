import { expect, test } from 'vitest';
import { openCapture } from '../../src/capture/index.js';

// What is packed in a form that is not unpacked here is known by its first bytes, all of them, and its remedy told.

test.each([
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a], 'xz -d'],
  ['bzip2', [0x42, 0x5a, 0x68], 'bzip2 -d'],
  ['zip', [0x50, 0x4b, 0x03, 0x04], 'unzip'],
  ['lz4', [0x04, 0x22, 0x4d, 0x18], 'lz4 -d'],
  ['7z', [0x37, 0x7a, 0xbc, 0xaf], '7z x'],
])('%s is named', async (name, magic, remedy) => {
  const refusal = async (first: readonly number[]): Promise<string> => {
    const file = new Uint8Array(600);
    file.set(first);
    try {
      await (await openCapture([file])).info();
    } catch (error) {
      expect(error).toMatchObject({ code: 'MOORING_ERR_CAPTURE_UNKNOWN_FORMAT' });
      return (error as Error).message;
    }
    throw new Error('a file that is no capture was read');
  };
  expect(await refusal(magic)).toContain(`is ${name}: unpack it first (${remedy})`);
  for (const index of magic.keys()) {
    const other = await refusal(magic.map((byte, at) => (at === index ? byte ^ 1 : byte)));
    expect(other, `byte ${index} differs`).toContain('is no capture');
  }
});
