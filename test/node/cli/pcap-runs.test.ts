import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { openFiles } from '../../../src/node/cli/pcap/runs.js';
import { packArchive } from '../../../src/node/twine/archive.js';
import { RunFolder } from '../../../src/node/twine/run_folder.js';
import { formatManifest, Session } from '../../../src/twine/index.js';
import { frame, pcap } from '../../capture/build.js';
import { inventoryOf, manifestOf, planOf } from '../../twine/fixtures.js';

const root = mkdtempSync(join(tmpdir(), 'mooring-runs-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const PORTS = ['HundredGigE0/0/0/0', 'HundredGigE0/0/0/1'];

/** A run of two mirrored ports on the way of one connection: both files hold its SYN, the second also the answer. */
async function runOfTwoPorts(): Promise<RunFolder> {
  const folder = RunFolder.create(root, 'INDI', 1e15);
  const files = ['packet_trace/enp7s0/a.pcap', 'packet_trace/enp8s0/b.pcap'];
  const session = new Session(planOf(inventoryOf(2, 1), { targets: [{ site: 'INDI' }] })).snapshot();
  const manifest = manifestOf({ ...session, outcome: 'completed' }, { run: folder.run });
  const captures = PORTS.map((source, index) => ({ ...manifest.captures[0]!, source, files: [files[index]!] }));
  folder.writeManifest({ ...manifest, captures });
  const syn = { us: 0, bytes: frame({ flags: 'S', seq: 1 }) };
  const answer = { us: 10, bytes: frame({ flags: 'RA', seq: 0, ack: 2, src: '10.0.0.2', dst: '10.0.0.1' }) };
  await packArchive(join(folder.path, 'INDI_node0_packet_trace.tgz'), [
    { path: 'manifest.json', text: formatManifest({ ...manifest, captures }) },
    ...[[syn], [syn, answer]].map((packets, index) => {
      const file = join(root, `${index}.pcap`);
      writeFileSync(file, pcap(packets));
      return { path: files[index]!, file };
    }),
  ]);
  return folder;
}

test('a run of several switch ports says that packets may count twice; --switch-port takes one', async () => {
  const { path } = await runOfTwoPorts();
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const packetsOf = async (switchPort?: string[]) => {
    const { capture } = await openFiles([path], { ...(switchPort ? { switchPort } : {}) });
    return (await capture.info()).totals.packets;
  };
  try {
    expect(await packetsOf()).toBe(3);
    expect(said.mock.calls.flat().join('')).toMatch(
      /2 switch ports; .*--switch-port chooses of HundredGigE0\/0\/0\/0, HundredGigE0\/0\/0\/1\n$/,
    );
    said.mockClear();
    expect([await packetsOf([PORTS[0]!]), await packetsOf([PORTS[1]!]), await packetsOf(PORTS)]).toEqual([1, 2, 3]);
    expect(said).not.toHaveBeenCalled();
    await expect(packetsOf(['HundredGigE0/0/0/9'])).rejects.toThrow('the run has HundredGigE0/0/0/0, Hund');
  } finally {
    said.mockRestore();
  }
});
