// The processors a helper is built for, and Debian's compilers that do it: each builds for its own
// and for the other, which then runs under QEMU.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** @typedef {{ cpu: string, machine: string }} Target `cpu` is Node's word, `machine` GNU's. */

/** @type {readonly Target[]} */
export const TARGETS = [
  { cpu: 'x64', machine: 'x86_64' },
  { cpu: 'arm64', machine: 'aarch64' },
];

/** The package that holds the helper for one processor. */
export const packageName = ({ cpu }) => `mooring-helper-linux-${cpu}`;

/** What builds and runs for `target` here, or what is missing for it. */
export function toolsFor({ cpu, machine }) {
  const compiler = `${machine}-linux-gnu-gcc`;
  const emulator = cpu === process.arch ? undefined : `qemu-${machine}-static`;
  const missing = [compiler, 'make', 'readelf', ...(emulator ? [emulator] : [])].filter((tool) => !inPath(tool));
  // Of musl for another processor Debian has the package, if not on every machine: scripts/ci-tools.sh.
  const specs = `/usr/lib/${machine}-linux-musl/musl-gcc.specs`;
  const libc = existsSync(specs) ? 'musl' : 'glibc';
  return {
    missing,
    libc,
    emulator,
    compiler: libc === 'musl' ? `${compiler} -specs ${specs}` : compiler,
    // What is shared with Node's process is looked up here.
    libraries: {
      glibc: emulator ? `/usr/${machine}-linux-gnu/lib` : `/lib/${machine}-linux-gnu`,
      musl: `/lib/${machine}-linux-musl/libc.so`,
    },
    // musl brings no headers of the kernel, and its compiler looks at none but its own.
    kernelHeaders: emulator
      ? { ...headersIn(`/usr/${machine}-linux-gnu/include`), asm: `/usr/${machine}-linux-gnu/include/asm` }
      : { ...headersIn('/usr/include'), asm: `/usr/include/${machine}-linux-gnu/asm` },
  };
}

const headersIn = (folder) => ({ linux: join(folder, 'linux'), 'asm-generic': join(folder, 'asm-generic') });

function inPath(tool) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, tool)));
}

/** Runs a command to its end; throws with what it said. */
export function run(command, words, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, words, { encoding: 'utf8', ...options });
  if (status === 0) return stdout;
  throw new Error(
    `${command} ${words.join(' ')}: ${error?.message ?? `exit ${status}`}\n${stdout ?? ''}${stderr ?? ''}`,
  );
}
