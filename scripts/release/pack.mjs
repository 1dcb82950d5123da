// Packs the package as a release publishes it: what `npm pack` gives, with the release's version, the
// addresses that follow from the repository's, and the prebuilt helpers as optional dependencies. The repository's own package.json does not list
// them: `npm ci` refuses a lock file without entries for what no registry has yet.
//   node scripts/release/pack.mjs FOLDER [--version X.Y.Z]     prints the tarball's path
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { packageName, run, TARGETS } from '../prebuilt/targets.mjs';
import { repositoryPage, withAbsoluteLinks, withAddresses } from './addresses.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** Packs into `folder`; the tarball's path. */
export function packRelease(folder, version = manifestOf(root).version) {
  const staged = join(folder, 'staged');
  rmSync(staged, { recursive: true, force: true });
  mkdirSync(staged, { recursive: true });
  const plain = pack(root, staged);
  run('tar', ['-xzf', plain, '-C', staged]);
  const unpacked = join(staged, 'package');
  const manifest = { ...withAddresses(manifestOf(unpacked)), version };
  manifest.optionalDependencies = Object.fromEntries(TARGETS.map((target) => [packageName(target), version]));
  writeFileSync(join(unpacked, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  const page = repositoryPage(manifest);
  const readme = join(unpacked, 'README.md');
  if (page) writeFileSync(readme, withAbsoluteLinks(readFileSync(readme, 'utf8'), page, version));
  const tarball = pack(unpacked, folder);
  rmSync(staged, { recursive: true });
  return tarball;
}

function pack(from, to) {
  const out = run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', resolve(to)], { cwd: from });
  return join(to, JSON.parse(out)[0].filename);
}

function manifestOf(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values, positionals } = parseArgs({ options: { version: { type: 'string' } }, allowPositionals: true });
  const [folder = 'out/release'] = positionals;
  mkdirSync(folder, { recursive: true });
  console.log(packRelease(folder, values.version));
}
