import { expect, it } from 'vitest';
import { printable, printableLines } from '../../src/base/index.js';

it('text for a line keeps no control character and no reordering', () => {
  expect(printable('a\u001b]0;x\u0007b\nc\r\u009b31m\u202ed\te')).toBe('a·]0;x·b·c··31m·d\te');
  for (let code = 0; code < 256; code += 1) {
    const control = code < 32 ? code !== 9 : code >= 127 && code < 160;
    expect(printable(String.fromCharCode(code))).toBe(control ? '·' : String.fromCharCode(code));
  }
});

it('text of several lines keeps its lines and our own colours, and no other sequence', () => {
  expect(printableLines('a\r\nb\n\u001b[31mred\u001b[39m\u001b[8mhidden\u001b[2J\rx')).toBe(
    'a\r\nb\n\u001b[31mred\u001b[39m·[8mhidden·[2J·x',
  );
});
