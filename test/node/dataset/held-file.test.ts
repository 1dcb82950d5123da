import { createHash } from 'node:crypto';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { HeldFile } from '../../../src/node/dataset/held-file.js';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'mooring-held-')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const root = join(folder, 'root');
mkdirSync(join(root, 'below'), { recursive: true });
let count = 0;
const file = (content: string | Uint8Array, where = root): string => {
  const path = join(where, `${count++}.pcap`);
  writeFileSync(path, content);
  return path;
};
const refused = (why: RegExp, code = 'MOORING_ERR_CAPTURE_UNREADABLE') =>
  expect.objectContaining({ code, message: expect.stringMatching(why) });

test('its bytes and their hash, as often as one likes', async () => {
  const bytes = new Uint8Array(3 << 20).map((_, i) => i % 251);
  const held = new HeldFile(file(bytes), { name: 'as it is called', root });
  expect([held.name, held.sizeBytes]).toEqual(['as it is called', bytes.length]);
  for (let times = 0; times < 2; times += 1)
    expect(await held.sha256()).toBe(createHash('sha256').update(bytes).digest('hex'));
});

test.each([
  ['grows', (path: string) => appendFileSync(path, 'more')],
  [
    'is another of the same size and time',
    (path: string) => {
      const other = file('held', folder);
      utimesSync(other, 1, 1);
      renameSync(other, path);
    },
  ],
  [
    'is written again in place',
    (path: string) => {
      writeFileSync(path, 'HELD');
      utimesSync(path, 1, 1);
    },
  ],
  ['is gone', (path: string) => rmSync(path)],
])('a file that %s is refused when it is opened again', async (_, change) => {
  const path = file('held');
  utimesSync(path, 1, 1);
  const held = new HeldFile(path);
  held.check();
  change(path);
  expect(() => held.check()).toThrow(refused(/it changed while it was read|no such file/));
  await expect(held.sha256()).rejects.toEqual(refused(/it changed while it was read|no such file/));
});

test('one that is cut while it is read is told at the end', async () => {
  const path = file(new Uint8Array(4 << 20));
  const held = new HeldFile(path);
  const reader = held.source.open();
  await reader.read(new Uint8Array(1 << 20));
  writeFileSync(path, 'short');
  expect(await reader.read(new Uint8Array(1 << 20))).toBe(0);
  await reader.close();
  expect(() => held.check()).toThrow(refused(/it changed/));
});

test('what leads out of the root is not opened, by whatever way; what stays in it is', () => {
  const outside = file('secret', folder);
  const link = (target: string, name: string): string => {
    symlinkSync(target, join(root, name));
    return join(root, name);
  };
  const ways = [
    link(outside, 'link.pcap'),
    join(link(folder, 'up'), outside.slice(folder.length)),
    join(root, '..', outside.slice(folder.length)),
    outside,
    // A folder beside it that begins as it does.
    (() => {
      mkdirSync(`${root}-not`);
      return file('x', `${root}-not`);
    })(),
  ];
  for (const way of ways)
    expect(() => new HeldFile(way, { root })).toThrow(refused(/leads out of/, 'MOORING_ERR_JOBS_UNTRUSTED'));
  const inside = file('in', join(root, 'below'));
  expect(new HeldFile(link(inside, 'inside.pcap'), { root }).sizeBytes).toBe(2);
});

test.each([
  ['a folder', root, /it is a folder/],
  ['a device', '/dev/null', /no file that can be read more than once/],
  ['nothing', join(root, 'none'), /no such file/],
  [
    'a link to itself',
    (() => {
      symlinkSync('loop', join(folder, 'loop'));
      return join(folder, 'loop');
    })(),
    /ELOOP/,
  ],
])('%s is refused', (_, path, why) => {
  expect(() => new HeldFile(path)).toThrow(refused(why));
});
