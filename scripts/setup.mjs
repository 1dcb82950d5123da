// What `npm start` and `npm test` run first, so that a fresh clone needs nothing else:
// installs the locked dependencies when they are missing or older than the lock file, and
// builds when a source is newer than the last build. Uses only what Node itself has.
//   node scripts/setup.mjs [build]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`mooring needs Node 20.19 or newer; this is ${process.version}.`);
  process.exit(1);
}

const installed = join(root, 'node_modules/.package-lock.json');
if (!existsSync(installed) || mtime(installed) < mtime(join(root, 'package-lock.json'))) {
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], 'installing dependencies');
  utimesSync(installed, new Date(), new Date());
}
if (process.argv.includes('build')) {
  const stamp = join(root, 'dist/.built');
  const sources = ['package.json', 'rollup.config.js', 'spec', 'scripts', 'wasm', 'src', 'helper'];
  if (!existsSync(stamp) || Math.max(...sources.map((source) => newest(join(root, source)))) > mtime(stamp)) {
    run('npm', ['run', '--silent', 'build'], 'building');
    mkdirSync(join(root, 'dist'), { recursive: true });
    writeFileSync(stamp, '');
  }
}

function run(command, args, what) {
  console.error(`mooring: ${what} …`);
  // Windows finds npm only through its shell.
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status === 0) return;
  process.stderr.write(`${stdout}${stderr}`);
  console.error(`mooring: ${what} failed (${command} ${args.join(' ')})`);
  process.exit(1);
}

function mtime(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function newest(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  const skip = new Set(['generated', 'build', 'node_modules', 'target']);
  return readdirSync(path).reduce(
    (latest, name) => (skip.has(name) ? latest : Math.max(latest, newest(join(path, name)))),
    0,
  );
}
