import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, promises, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { openCaptureFiles } from '../../../src/node/capture/index.js';
import { frame, pcap } from '../../capture/build.js';

const folder = mkdtempSync(join(tmpdir(), 'mooring-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const whole = join(folder, 'whole.pcap');
writeFileSync(whole, pcap([{ us: 0, bytes: frame({}) }]));
const loop = join(folder, 'loop');
symlinkSync(loop, loop);

const analyse = async (source: string | URL) => (await openCaptureFiles(source)).analyse();
const refusal = (source: string, why: string) => ({
  code: 'MOORING_ERR_CAPTURE_UNREADABLE',
  message: `${source}: ${why}`,
  detail: { source },
});

test('a path and its URL are the same file', async () => {
  for (const source of [whole, pathToFileURL(whole)]) expect((await analyse(source)).totals.packets).toBe(1);
});

test.each([
  ['gone', join(folder, 'gone'), 'no such file'],
  ['below a file', join(whole, 'below'), 'ENOTDIR'],
  ['a folder', folder, 'it is a folder; give the captures inside it'],
  ['a link to itself', loop, 'ELOOP'],
  ['a name too long', join(folder, 'x'.repeat(300)), 'ENAMETOOLONG'],
])('a capture that is %s is refused before anything is read', async (_what, source, why) => {
  await expect(openCaptureFiles(source)).rejects.toMatchObject(refusal(source, why));
});

test('a socket, which cannot be opened as a file, is refused with the reason', async () => {
  const path = join(folder, 'socket');
  const server = createServer().listen(path);
  await once(server, 'listening');
  try {
    await expect(analyse(path)).rejects.toMatchObject(refusal(path, 'ENXIO'));
  } finally {
    server.close();
  }
});

// Its first bytes are at no address: the read fails, not the opening.
test.runIf(process.platform === 'linux')('a file whose reading fails is refused with the reason', async () => {
  await expect(analyse('/proc/self/mem')).rejects.toMatchObject(refusal('/proc/self/mem', 'EIO'));
});

test.runIf(process.platform === 'linux')(
  'a named pipe is read as it comes; a second pass is refused and does not wait for ever',
  async () => {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    const written = promises.writeFile(path, pcap([{ us: 0, bytes: frame({}) }]));
    const capture = await openCaptureFiles(path);
    expect((await capture.analyse()).totals.packets).toBe(1);
    await written;
    await expect(capture.analyse()).rejects.toMatchObject({
      code: 'MOORING_ERR_CAPTURE_CONSUMED',
      detail: { source: path },
    });
  },
);

test('a file is read as often as it is asked for', async () => {
  const capture = await openCaptureFiles(whole);
  for (let pass = 0; pass < 2; pass++) expect((await capture.analyse()).totals.packets).toBe(1);
});

test('a compressed file gives the packets that were compressed, whatever its size', async () => {
  const path = join(folder, 'many.pcap.gz');
  // Beyond the pieces a file is read and unpacked in, a quarter of a MiB each.
  const packets = Array.from({ length: 20_000 }, (_, us) => ({ us, bytes: frame({ seq: us, length: us % 100 }) }));
  writeFileSync(path, gzipSync(pcap(packets), { level: 1 }));
  expect((await analyse(path)).totals.packets).toBe(20_000);
});
