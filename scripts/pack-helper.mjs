// Packs the helper built on this machine as the prebuilt package for its platform, into
// out/prebuilt/: one package per platform, chosen by npm through `os`, `cpu` and `libc`.
//   node scripts/pack-helper.mjs
// A release runs this on each platform, publishes the packages, and names them under
// optionalDependencies; src/node/helper/find.ts looks for them after helper/build.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const parts = ['mooring-helper', 'mooring-socket.node'];
const { version, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

if (process.platform !== 'linux') stop(`the helper is for Linux; this is ${process.platform}`);
const make = spawnSync('make', ['-C', join(root, 'helper'), 'clean', 'all', 'test'], { encoding: 'utf8' });
if (make.status !== 0) stop(`make failed\n${make.stdout ?? ''}${make.stderr ?? ''}`);

const musl = process.report.getReport().header.glibcVersionRuntime === undefined;
const name = `mooring-helper-linux-${process.arch}${musl ? '-musl' : ''}`;
const folder = join(root, 'out', 'prebuilt', name);
rmSync(folder, { recursive: true, force: true });
mkdirSync(join(folder, 'bin'), { recursive: true });
for (const part of parts) {
  copyFileSync(join(root, 'helper', 'build', part), join(folder, 'bin', part));
  spawnSync('strip', ['--strip-unneeded', join(folder, 'bin', part)]);
}
const manifest = {
  name,
  version,
  description: `The helper of mooring, built for Linux on ${process.arch}${musl ? ' with musl' : ''}.`,
  license,
  os: ['linux'],
  cpu: [process.arch],
  libc: [musl ? 'musl' : 'glibc'],
  files: ['bin'],
};
writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
writeFileSync(
  join(folder, 'README.md'),
  `# ${name}\n\nThe helper program and socket addon of the package \`mooring\`, built for one platform. Sources and protocol: \`helper/\` and \`spec/helper.md\` there.\n`,
);

// What is packed must run here.
const said = execFileSync(join(folder, 'bin', parts[0]), ['--version'], { encoding: 'utf8' });
const addon = createRequire(import.meta.url)(join(folder, 'bin', parts[1]));
if (!said.startsWith('mooring-helper protocol ') || typeof addon.receive !== 'function')
  stop('the packed helper does not run');
const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', '..'], { cwd: folder, encoding: 'utf8' });
console.log(join('out', 'prebuilt', packed.trim()));

function stop(text) {
  console.error(`pack-helper: ${text}`);
  process.exit(1);
}
