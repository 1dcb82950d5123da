import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { buildTestbed } from '../../../src/node/testbed/index.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mooring-unsupported-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test('a machine without the tools of a testbed is refused with all that is missing, and nothing is begun', async () => {
  vi.stubEnv('PATH', folder);
  vi.stubEnv('MOORING_TESTBED_DIR', folder);
  const topology = {
    name: `none${process.pid}`,
    sites: [{ name: 'INDI', nics: [{ model: 'ConnectX_5', count: 1 }] }],
    slices: [],
  };
  await expect(buildTestbed(topology)).rejects.toMatchObject({
    code: 'MOORING_ERR_TESTBED_UNSUPPORTED',
    message: expect.stringContaining('no testbed can be built here: '),
    detail: {
      probed: {
        ip: 'not installed (Debian: apt-get install iproute2)',
        tc: 'not installed (Debian: apt-get install iproute2)',
        ethtool: 'not installed (Debian: apt-get install ethtool)',
      },
    },
  });
  expect(readdirSync(folder)).toEqual([]);
});
