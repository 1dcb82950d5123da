// Builds the helper for every processor a release serves, and packs one npm package for each into
// out/prebuilt/. What cannot be built here is skipped with one line.
//   npm run build:prebuilt -- [--version X.Y.Z] [--all]     --all: skipping is a failure
import { copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { checkSymbols } from './prebuilt/symbols.mjs';
import { packageName, run, TARGETS, toolsFor } from './prebuilt/targets.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const out = join(root, 'out/prebuilt');
const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const { values } = parseArgs({ options: { version: { type: 'string' }, all: { type: 'boolean', default: false } } });

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
for (const target of TARGETS) {
  const name = packageName(target);
  const tools = toolsFor(target);
  if (process.platform !== 'linux' || tools.missing.length > 0) {
    const why = process.platform === 'linux' ? `no ${tools.missing.join(', ')} here` : 'built on Linux only';
    console.error(`${name}: skipped, ${why}`);
    if (values.all) process.exitCode = 1;
    continue;
  }
  const built = build(target, tools);
  const { wanted, checked } = checkSymbols(join(built, 'mooring-socket.node'), tools.libraries);
  const tarball = pack(target, name, built, tools);
  console.log(`${tarball}  static ${tools.libc}; addon: ${wanted} names of libc, all in ${checked.join(' and ')}`);
}

/** Compiles for `target` and runs the C tests. */
function build(target, { compiler, libc, emulator, kernelHeaders }) {
  const made = join(out, 'made', target.cpu);
  const headers = join(made, 'headers');
  mkdirSync(headers, { recursive: true });
  for (const [name, folder] of Object.entries(kernelHeaders)) symlinkSync(folder, join(headers, name));
  const flags = ['-O2', ...(libc === 'musl' ? [`-isystem ${headers}`] : [])];
  run('make', [
    `-j${availableParallelism()}`,
    ...['-C', join(root, 'helper'), `BUILD=${made}`, `CC=${compiler}`, `CFLAGS=${flags.join(' ')}`],
    ...['LDFLAGS=-static -s', 'ANY_LIBC=1', `RUN=${emulator ?? ''}`, 'all', 'test'],
  ]);
  return made;
}

/** Packs what was built once it has run; the tarball's path. */
function pack(target, name, built, { emulator }) {
  const folder = join(out, name);
  mkdirSync(join(folder, 'bin'), { recursive: true });
  for (const part of ['mooring-helper', 'mooring-socket.node'])
    copyFileSync(join(built, part), join(folder, 'bin', part));
  const { license, author, repository, homepage, bugs } = own;
  const manifest = {
    name,
    version: values.version ?? own.version,
    description: `The helper of the package mooring, built for Linux on ${target.cpu}: glibc 2.28 or newer, and musl.`,
    ...{ license, author, repository, homepage, bugs },
    os: ['linux'],
    cpu: [target.cpu],
    files: ['bin'],
    publishConfig: { access: 'public' },
  };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  writeFileSync(join(folder, 'README.md'), readme(name));
  copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  const program = join(folder, 'bin/mooring-helper');
  const said = emulator ? run(emulator, [program, '--version']) : run(program, ['--version']);
  if (!said.startsWith('mooring-helper protocol ')) throw new Error(`${program} says ${said}`);
  if (
    !emulator &&
    typeof createRequire(import.meta.url)(join(folder, 'bin/mooring-socket.node')).receive !== 'function'
  )
    throw new Error(`the addon of ${name} does not load`);
  const [{ filename }] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', out], { cwd: folder }));
  return join('out/prebuilt', filename);
}

function readme(name) {
  return `# ${name}

The helper program and socket addon of the npm package \`mooring\`, built for one processor. \`mooring\` depends on it
optionally and finds it by itself; \`npx mooring helper status\` says which helper is used. Sources: \`helper/\` in
\`mooring\`.
`;
}
