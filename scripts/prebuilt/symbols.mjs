// What the prebuilt addon asks of the process that loads it. It is linked to no C library, so every
// name must be one that Node exports, or that glibc has had since Node's own floor and musl has too.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './targets.mjs';

// Node 20 runs on glibc 2.28 and newer (BUILDING.md of Node).
const GLIBC_FLOOR = [2, 28];

/** Throws unless the addon loads on every C library it is meant for. */
export function checkSymbols(addon, { glibc, musl }) {
  const dynamic = run('readelf', ['--dynamic', '--wide', addon]);
  if (/\(NEEDED\)/.test(dynamic)) throw new Error(`${addon} is bound to a library:\n${dynamic}`);
  const wanted = symbols(addon)
    .filter(({ defined, name }) => !defined && !/^(napi|uv)_/.test(name))
    .map(({ name }) => name);
  const inGlibc = new Set(
    ['libc.so.6', ...loaders(glibc)].flatMap((file) =>
      symbols(join(glibc, file))
        .filter(isOld)
        .map(({ name }) => name),
    ),
  );
  refuse(
    'glibc',
    wanted.filter((name) => !inGlibc.has(name)),
  );
  if (!existsSync(musl)) return { wanted: wanted.length, checked: ['glibc'] };
  const inMusl = new Set(
    symbols(musl)
      .filter(({ defined }) => defined)
      .map(({ name }) => name),
  );
  refuse(
    'musl',
    wanted.filter((name) => !inMusl.has(name)),
  );
  return { wanted: wanted.length, checked: ['glibc', 'musl'] };
}

function refuse(library, names) {
  if (names.length > 0) throw new Error(`the addon asks for what ${library} may not have: ${names.join(', ')}`);
}

// The loader exports a few itself, such as the stack protector's guard on arm64.
const loaders = (folder) =>
  ['ld-linux-aarch64.so.1', 'ld-linux-x86-64.so.2'].filter((file) => existsSync(join(folder, file)));

function isOld({ defined, version }) {
  const [, major, minor] = /^GLIBC_(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  return (
    defined && (Number(major) < GLIBC_FLOOR[0] || (Number(major) === GLIBC_FLOOR[0] && Number(minor) <= GLIBC_FLOOR[1]))
  );
}

// A row of readelf: Num: Value Size Type Bind Vis Ndx Name[@[@]VERSION]
function symbols(file) {
  return run('readelf', ['--dyn-syms', '--wide', file], { maxBuffer: 1 << 26 })
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([number, , , , , , , name]) => /^\d+:$/.test(number ?? '') && name)
    .map(([, , , , , , section, label]) => {
      const [name, version] = label.split(/@+/);
      return { name, version, defined: section !== 'UND' };
    });
}
