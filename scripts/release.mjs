// What a release takes, in order; publishes at the end, unless told that it is a rehearsal.
//   npm run release -- [VERSION] [--dry-run] [--skip-suite]
// VERSION is X.Y.Z, patch, minor or major; without it the version in package.json is released. The
// rehearsal does everything but publish, commit and tag, and names all that stands in the way.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { packageName, run, TARGETS } from './prebuilt/targets.mjs';
import { changelogOf, dated, nextVersion } from './release/changelog.mjs';
import { packRelease } from './release/pack.mjs';

// Provenance is signed for by the CI that publishes (docs/decisions/0072-prebuilt-helper.md).
const FLAGS = ['--access', 'public', '--provenance'];

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const out = join(root, 'out/release');
const { values, positionals } = parseArgs({
  options: { 'dry-run': { type: 'boolean', default: false }, 'skip-suite': { type: 'boolean', default: false } },
  allowPositionals: true,
});
const rehearsal = values['dry-run'];
const manifest = JSON.parse(read('package.json'));
const version = nextVersion(manifest.version, positionals[0]);
const problems = [];

console.log(
  `${rehearsal ? 'rehearsing' : 'releasing'} mooring ${version}${version === manifest.version ? '' : ` (now ${manifest.version})`}\n`,
);
step('working tree is clean', () => {
  const changed = git('status', '--porcelain');
  if (changed !== '') throw new Error(`commit or remove what is changed:\n${changed}`);
});
step(`no tag v${version} yet`, () => {
  if (git('tag', '--list', `v${version}`) !== '') throw new Error(`v${version} was released: choose another version`);
});
step('CHANGELOG.md says what is new', () => void changelogOf(read('CHANGELOG.md'), version));
step('package.json has what provenance asks for', () => {
  if (!manifest.repository) throw new Error('it has no "repository": npm compares it with where the release is built');
});
step('build', () => npm('run', '--silent', 'build'));
step('checks', () => npm('run', '--silent', 'check'));
rmSync(out, { recursive: true, force: true });
step('prebuilt helpers', () => npm('run', '--silent', 'build:prebuilt', '--', '--all', '--version', version));
const main = step('pack', () => packRelease(out, version));
const helpers = TARGETS.map((target) => join(root, 'out/prebuilt', `${packageName(target)}-${version}.tgz`));
if (main) {
  step('publint', () => npx('publint', 'run', main, '--strict'));
  step('attw (esm-only)', () => npx('attw', main, '--profile', 'esm-only', '--no-color'));
  if (values['skip-suite']) console.log('– tarball suite: left out, as asked');
  else step('tarball suite', () => npm('run', '--silent', 'test:package'));
}

// The helpers first: whoever installs the package the moment it is there finds them.
const publications = [...helpers, ...(main ? [main] : [])].flatMap(
  (tarball) => step(`contents of ${tarball.slice(root.length + 1)}`, () => describe(tarball)) ?? [],
);
console.log(`\n${rehearsal ? 'would publish' : 'to publish'}, in this order:\n`);
for (const { name, version: its, files, packedBytes, unpackedBytes, integrity, tarball, list } of publications) {
  console.log(
    `${name}@${its}  ${files} files, ${kB(packedBytes)} packed, ${kB(unpackedBytes)} unpacked  ${integrity.slice(0, 24)}…`,
  );
  console.log(`  npm publish ${tarball.slice(root.length + 1)} ${FLAGS.join(' ')}`);
  for (const { path, size } of list) console.log(`    ${kB(size).padStart(9)}  ${path}`);
}
if (problems.length > 0) {
  console.error(`\nin the way:\n${problems.map((text) => `✗ ${text}`).join('\n')}`);
  process.exit(1);
}
if (rehearsal) console.log(`\nthen: commit and tag v${version}. Nothing was published.`);
else publish();

function publish() {
  for (const { tarball } of publications) npm('publish', tarball, ...FLAGS);
  for (const file of ['package.json', 'package-lock.json']) {
    const json = JSON.parse(read(file));
    json.version = version;
    if (json.packages) json.packages[''].version = version;
    writeFileSync(join(root, file), `${JSON.stringify(json, null, 2)}\n`);
  }
  writeFileSync(join(root, 'CHANGELOG.md'), dated(read('CHANGELOG.md'), version, new Date()));
  git('commit', '--all', '--message', `release: ${version}`);
  git('tag', `v${version}`);
  console.log(`\npublished. Now: git push --follow-tags`);
}

/** Runs a step and tells how it went. A rehearsal goes on after a failure, a release ends there. */
function step(name, work) {
  try {
    const result = work();
    console.log(`✓ ${name}`);
    return result;
  } catch (error) {
    const [head, ...more] = error.message.trim().split('\n');
    console.log(`✗ ${name}`);
    problems.push(`${name}: ${[head, ...more.slice(-20).map((line) => `    ${line}`)].join('\n')}`);
    if (rehearsal) return undefined;
    console.error(`\n${problems[0]}`);
    process.exit(1);
  }
}

/** What npm would say of a tarball, from its own contents. */
function describe(tarball) {
  const [told] = JSON.parse(run('npm', ['pack', tarball, '--dry-run', '--json', '--ignore-scripts'], { cwd: root }));
  const { name, version: its, files, size, unpackedSize, integrity } = told;
  return {
    name,
    version: its,
    files: files.length,
    list: files,
    packedBytes: size,
    unpackedBytes: unpackedSize,
    integrity,
    tarball,
  };
}

function npm(...words) {
  return run('npm', words, { cwd: root, maxBuffer: 1 << 28 });
}

function npx(...words) {
  return npm('exec', '--no', '--', ...words);
}

function git(...words) {
  return run('git', words, { cwd: root }).trim();
}

function read(file) {
  return readFileSync(join(root, file), 'utf8');
}

function kB(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
