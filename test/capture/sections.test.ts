import { expect, test } from 'vitest';
import { openCapture } from '../../src/capture/index.js';
import { type Bytes, frame, join, type Packet, pcap, pcapng } from './build.js';

// Files of several sections, of other versions, and what their headers say of the frames.

const packets: Packet[] = Array.from({ length: 4 }, (_, i) => ({
  us: i * 1000,
  bytes: frame({ seq: 1000 + i * 100, length: 100, srcPort: 1000, dstPort: 80 }),
}));
const SECTION_HEADER_BYTES = 28;

const info = async (bytes: Bytes) => (await openCapture(bytes)).info();
const little = (value: number): number[] => [value & 255, (value >> 8) & 255, (value >> 16) & 255, value >>> 24];

/** The last block of `bytes`, `length` long, with options behind its packet. */
function withOptions(bytes: Bytes, length: number, options: readonly number[]): Bytes {
  const at = bytes.length - length;
  const whole = little(length + options.length);
  return join(bytes.subarray(0, at + 4), whole, bytes.subarray(at + 8, bytes.length - 4), options, whole);
}

function changed(bytes: Bytes, at: number, values: readonly number[]): Bytes {
  const copy = bytes.slice();
  copy.set(values, at);
  return copy;
}

test('interfaces of all sections are told, each with its packets, in either byte order', async () => {
  const first = pcapng(packets, [{ name: 'eth0' }, { name: 'eth1' }]);
  const second = pcapng(
    [packets[0]!, { ...packets[1]!, face: 1 }],
    [{ name: 'wlan0' }, { name: 'lo', resolution: 9 }],
    {
      big: true,
    },
  );
  const { files, totals, warnings } = await info(join(first, second));
  expect(files[0]!.interfaces.map(({ name, packets: count }) => [name, count])).toEqual([
    ['eth0', 4],
    ['eth1', 0],
    ['wlan0', 1],
    ['lo', 1],
  ]);
  expect([totals.packets, warnings]).toEqual([6, []]);
  const ids: number[] = [];
  for await (const batch of (await openCapture(join(first, second))).batches()) ids.push(...batch.interfaceId);
  expect(ids.sort()).toEqual([0, 0, 0, 0, 2, 3]);
});

test('a packet of an interface that only another section has is passed over', async () => {
  const { totals, warnings } = await info(join(pcapng(packets, [{}, {}]), pcapng([{ ...packets[0]!, face: 1 }])));
  expect([totals.packets, warnings.map(({ code }) => code)]).toEqual([4, ['packet']]);
});

test('a section header longer than any packet begins a section all the same', async () => {
  const section = pcapng(packets);
  const bytes = 600 * 1024;
  const header = join(
    section.subarray(0, 4),
    little(bytes),
    section.subarray(8, 24),
    new Uint8Array(bytes - SECTION_HEADER_BYTES),
    little(bytes),
  );
  const { totals, files } = await info(join(section, header, section.subarray(SECTION_HEADER_BYTES)));
  expect([totals.packets, files[0]!.interfaces.map((one) => one.packets)]).toEqual([8, [4, 4]]);
});

test('a version we do not know is warned of, and read', async () => {
  const old = changed(pcap(packets), 4, [1, 0]);
  const next = changed(pcapng(packets), 12, [2, 0]);
  for (const bytes of [old, next]) {
    const { totals, warnings } = await info(bytes);
    expect([totals.packets, warnings.map(({ code }) => code)]).toEqual([4, ['version']]);
  }
  expect((await info(pcap(packets))).warnings).toEqual([]);
});

test('packets lost before a packet are counted by interface', async () => {
  const one = pcapng(packets.slice(0, 1));
  const length = 32 + ((packets[0]!.bytes.length + 3) & ~3);
  const drops = [4, 0, 8, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  const { files } = await info(withOptions(one, length, drops));
  expect(files[0]!.interfaces[0]!.dropped).toBe(7);
  // The obsolete block has a number of 16 bits for it, of which the highest is no number.
  const obsolete = pcapng(packets.slice(0, 1), [{}], { kind: 'packet' });
  const at = obsolete.length - length + 10;
  expect((await info(changed(obsolete, at, [3, 0]))).files[0]!.interfaces[0]!.dropped).toBe(3);
  expect((await info(changed(obsolete, at, [255, 255]))).files[0]!.interfaces[0]!.dropped).toBe(0);
});

test('a block that does not count its padding is read, and so is the next', async () => {
  const odd = { us: 0, bytes: frame({ length: 101, srcPort: 1, dstPort: 2 }) };
  const one = pcapng([odd]);
  const padding = (4 - (odd.bytes.length % 4)) % 4;
  const length = 32 + odd.bytes.length + padding;
  const at = one.length - length;
  const short = changed(changed(one, at + 4, little(length - padding)), one.length - 4, little(length - padding));
  const { totals, warnings } = await info(join(short, short.subarray(at)));
  expect([padding > 0, totals.packets, warnings]).toEqual([true, 2, []]);
});

test('a frame check sequence that the file tells of is no payload', async () => {
  // Total length 0, as before segmentation offload: the payload ends where the frame does.
  const checked = packets.map(({ us, bytes }) => ({ us, bytes: changed(join(bytes, [1, 2, 3, 4]), 16, [0, 0]) }));
  const lengths = async (bytes: Bytes): Promise<number[]> => {
    const found: number[] = [];
    for await (const batch of (await openCapture(bytes)).batches()) found.push(...batch.payloadBytes);
    return found;
  };
  const of = (link: number): Promise<number[]> => lengths(pcap(checked, { link }));
  expect(await of(1)).toEqual([104, 104, 104, 104]);
  expect(await of(0x2400_0001)).toEqual([100, 100, 100, 100]);
  const one = pcapng(checked.slice(0, 1));
  const flags = [2, 0, 4, 0, 4 << 5, 0, 0, 0];
  const length = 32 + ((checked[0]!.bytes.length + 3) & ~3);
  expect(await lengths(withOptions(one, length, flags))).toEqual([100]);
});

test('a snap length above 2^31 is the number it is', async () => {
  const { files } = await info(changed(pcap(packets), 16, [0, 0, 0, 128]));
  expect(files[0]!.interfaces[0]!.snapLength).toBe(2 ** 31);
});

test('a clock that is set back is warned of, with the packet and by how much', async () => {
  const back = (us: number) =>
    info(pcap(packets.map((one, i) => ({ ...one, us: i === 2 ? 5e6 : i === 3 ? us : one.us }))));
  const { warnings } = await back(1e6);
  expect(warnings.map(({ code, message }) => [code, /packet 4 is 4 s before/.test(message)])).toEqual([
    ['clock-back', true],
  ]);
  expect((await back(4.5e6)).warnings).toEqual([]);
});
