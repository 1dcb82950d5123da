import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openTwineSignal, type TwineSignal } from '../../../src/node/twine/shared-memory.js';

const skip =
  spawnSync('python3', ['-c', 'import multiprocessing.shared_memory']).status !== 0 || !existsSync('/dev/shm');
if (skip) console.log('twine_shm: skipped, needs python3 (3.8 or later) and /dev/shm');
const root = mkdtempSync(join(tmpdir(), 'mooring-python-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const env = { ...process.env, PYTHONPATH: resolve('python'), PYTHONDONTWRITEBYTECODE: '1' };

/** Waits for `word` in Python, while `drive` does what Twine does. What Python had, and what it said of it. */
async function waiting(word: string, timeout: number, drive: (signal: TwineSignal) => void): Promise<[string, string]> {
  const program = `
import sys, twine_shm
name, segment = twine_shm.create_sharedmem()
print(name, flush=True)
sys.stdin.readline()
print(twine_shm.synch_twine("${word}", segment, ${timeout}))
twine_shm.remove_sharedmem(segment)
`;
  const child = spawn('python3', ['-c', program], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stderr.on('data', (chunk) => {
    err += String(chunk);
  });
  let signal: TwineSignal | undefined;
  for await (const chunk of child.stdout) {
    out += String(chunk);
    if (signal || !out.includes('\n')) continue;
    signal = openTwineSignal(out.trim());
    drive(signal);
    child.stdin.write('\n');
  }
  signal?.end(false);
  const [name, result] = out.trim().split('\n');
  expect(existsSync(`/dev/shm/${name}`)).toBe(false);
  return [result!, err];
}

describe.skipIf(skip)('twine_shm', () => {
  test('a word is a signal; a failure is told at once, and an end without the word', async () => {
    expect(await waiting('start', 60, (signal) => signal.say('start'))).toEqual(['signal', '']);
    const told = 'twine_shm: no "start" from Twine: failed\n';
    expect(await waiting('start', 60, (signal) => signal.fail())).toEqual(['failed', told]);
    expect(await waiting('start', 0.1, () => undefined)).toEqual(['timeout', told.replace('failed', 'timeout')]);
  });

  test('its wheel is whole: what it lists is what it holds', () => {
    const program = `
import base64, hashlib, sys, zipfile, wheel_of_one_module
wheel = wheel_of_one_module.build_wheel(sys.argv[1])
archive = zipfile.ZipFile(sys.argv[1] + "/" + wheel)
for line in archive.read("twine_shm-0.1.0.dist-info/RECORD").decode().split():
    path, digest, size = line.split(",")
    if digest:
        content = archive.read(path)
        assert int(size) == len(content)
        assert digest == "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
sys.path.insert(0, sys.argv[1] + "/" + wheel)
del sys.modules["wheel_of_one_module"]
import twine_shm
print(wheel, sorted(archive.namelist()) == sorted(l.split(",")[0] for l in archive.read("twine_shm-0.1.0.dist-info/RECORD").decode().split()), twine_shm.__all__)
`;
    const said = execFileSync('python3', ['-c', program, root], { env, encoding: 'utf8' });
    expect(said).toBe(
      "twine_shm-0.1.0-py3-none-any.whl True ['create_sharedmem', 'synch_twine', 'remove_sharedmem']\n",
    );
  });
});
