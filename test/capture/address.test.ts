import { describe, expect, test } from 'vitest';
import { formatAddress, formatWords, parseNetwork } from '../../src/capture/address.js';

// The 16 bytes of an address and its text (RFC 4291 2.2, RFC 5952).

const SIX = '20010db8000000000000000000000001';

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

describe('a network', () => {
  test.each([
    ['10.0.0.1', '00000000000000000000ffff0a000001', 128],
    ['10.0.0.0/8', '00000000000000000000ffff0a000000', 104],
    ['255.255.255.255/32', '00000000000000000000ffffffffffff', 128],
    ['0.0.0.0/0', '00000000000000000000ffff00000000', 96],
    ['2001:db8::1', SIX, 128],
    ['2001:0DB8:0:0:0:0:0:1/128', SIX, 128],
    ['2001:db8::/32', '20010db8000000000000000000000000', 32],
    ['::/0', '00000000000000000000000000000000', 0],
    ['1:2:3:4:5:6:7::', '00010002000300040005000600070000', 128],
    ['::ffff:192.0.2.128', '00000000000000000000ffffc0000280', 128],
    ['64:ff9b::192.0.2.33/96', '0064ff9b0000000000000000c0000221', 96],
  ])('%s is read', (text, hex, bits) => {
    const network = parseNetwork(text);
    expect(hexOf(network.bytes)).toBe(hex);
    expect(network.bits).toBe(bits);
  });

  test.each([
    '',
    '10.0.0',
    '10.0.0.256',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0.0/-1',
    '10.0.0.0/1000',
    '::1/129',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    '12345::',
    'g::',
    '::ffff:192.0.2.256',
    '::192.0.2.1.5',
    'example.org',
  ])('%s is refused', (text) => {
    expect(() => parseNetwork(text)).toThrow(expect.objectContaining({ code: 'MOORING_ERR_BAD_ARGUMENT' }));
  });
});

describe('an address is written', () => {
  test.each([
    ['192.0.2.128', '192.0.2.128'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['1:0:0:0:0:0:0:0', '1::'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
  ])('%s as %s', (text, written) => {
    const { bytes } = parseNetwork(text);
    expect(formatAddress(bytes)).toBe(written);
    expect(formatAddress(Uint8Array.of(9, 9, ...bytes), 2)).toBe(written);
  });

  test('from the words of a row', () => {
    expect(formatWords(4, [7, 0xc0000280], 1)).toBe('192.0.2.128');
    expect(formatWords(6, [7, 0x20010db8, 0, 0, 0xfffe0001], 1)).toBe('2001:db8::fffe:1');
  });
});
