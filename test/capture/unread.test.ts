import { expect, test } from 'vitest';
import { openCapture } from '../../src/capture/index.js';
import { unreadText } from '../../src/cli/pcap/unread.js';
import { frame, pcap } from './build.js';

const MACS = [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 7];
const LLDP = Uint8Array.from([...MACS, 0x88, 0xcc, 2, 7, 4, 0, 0, 0, 0, 0, 0]);
/** An IPv4 packet of a protocol, with nothing in it. */
const ip = (protocol: number) =>
  Uint8Array.from([...MACS, 8, 0, 0x45, 0, 0, 20, 0, 0, 0, 0, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]);

test('what is not read is named with counts, the most packets first', async () => {
  const packets = [LLDP, ip(132), LLDP, frame({ flags: 'S', seq: 1 }), ip(253), LLDP].map((bytes, us) => ({
    us,
    bytes,
  }));
  const expected = [
    { layer: 'ethertype', number: 0x88cc, name: expect.stringContaining('LLDP'), packets: 3 },
    { layer: 'protocol', number: 132, packets: 1 },
    { layer: 'protocol', number: 253, packets: 1 },
  ];
  const capture = await openCapture(pcap(packets));
  for (const { unread } of [await capture.info(), await capture.analyse(), await capture.echoes()])
    expect(unread).toEqual(expected);
});

test('a link type nobody reads is named, and all read is nothing', async () => {
  expect((await (await openCapture(pcap([{ us: 0, bytes: frame({ flags: 'S', seq: 1 }) }]))).info()).unread).toEqual(
    [],
  );
  const { unread } = await (await openCapture(pcap([{ us: 0, bytes: LLDP }], { link: 147 }))).info();
  expect(unread).toEqual([{ layer: 'link', number: 147, packets: 1 }]);
});

test('in words, five kinds at most', () => {
  const kinds = Array.from({ length: 7 }, (_, number) => ({ layer: 'protocol' as const, number, packets: 2 }));
  expect(unreadText([{ layer: 'ethertype', number: 0x88cc, name: 'LLDP', packets: 1 }])).toBe(
    'not read: 1 packet of EtherType 0x88cc (LLDP)',
  );
  expect(unreadText(kinds)).toMatch(/^not read: 2 packets of IP protocol 0, .*, and 2 more kinds: --json has them$/);
});
