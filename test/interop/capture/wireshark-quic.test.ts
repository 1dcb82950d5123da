import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCaptureFiles } from 'mooring/node';
import { afterAll, describe, expect, test } from 'vitest';
import { pcap } from '../../capture/build.js';
import { back, CID_C, CID_S, handshake, out, short } from '../../capture/quic-packets.js';

// Headers of QUIC read by us and by tshark, which counts packets by type as well and shows the spin bit's place.

const tshark = spawnSync('tshark', ['--version'], { encoding: 'utf8' });
const folder = mkdtempSync(join(tmpdir(), 'mooring-quic-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
if (tshark.status !== 0) console.log('skipped: tshark is not installed (Debian: apt-get install tshark)');

const TYPES: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  1: { 0: 'initial', 1: 'zeroRtt', 2: 'handshake', 3: 'retry' },
  1798521807: { 1: 'initial', 2: 'zeroRtt', 3: 'handshake', 0: 'retry' },
};

describe.skipIf(tshark.status !== 0)('tshark and we agree', () => {
  test.each([1, 0x6b3343cf])('version %i', async (version) => {
    const file = join(folder, `${version}.pcap`);
    const more = [0, 1, 0, 1].flatMap((spin, i) => [
      out(40 + i * 30, short(CID_S, spin as 0 | 1)),
      back(60 + i * 30, short(CID_C, spin as 0 | 1)),
    ]);
    writeFileSync(file, pcap([...handshake(version), ...more].sort((a, b) => a.us - b.us)));
    const [found] = (await (await openCaptureFiles(file)).analyse()).quic.connections;
    const counted = { forward: {} as Record<string, number>, backward: {} as Record<string, number> };
    const fields = ['udp.dstport', 'quic.header_form', 'quic.long.packet_type', 'quic.long.packet_type_v2'];
    const lines = execFileSync(
      'tshark',
      ['-r', file, '-Y', 'quic', '-T', 'fields', '-E', 'separator=|', ...fields.flatMap((name) => ['-e', name])],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    );
    for (const line of lines.trim().split('\n')) {
      const [port, forms, ...types] = line.split('|');
      const side = counted[port === '443' ? 'forward' : 'backward'];
      const long = types.join('').split(',').filter(Boolean);
      for (const type of long) side[TYPES[version]![type]!] = (side[TYPES[version]![type]!] ?? 0) + 1;
      const shorts = forms!.split(',').filter((form) => form === '0').length;
      if (shorts) side['oneRtt'] = (side['oneRtt'] ?? 0) + shorts;
    }
    expect(counted.forward['initial']).toBe(1);
    expect(found!.forward.packets).toMatchObject(counted.forward);
    expect(found!.backward.packets).toMatchObject(counted.backward);
    expect(found!.spin).toMatchObject({ state: 'spinning', rtt: { meanUs: 30_000 } });
  });
});
