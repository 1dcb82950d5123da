// Builds helper/ where a C compiler is there; says so in one line where not.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync } from 'node:fs';

if (process.platform !== 'linux' || !existsSync('helper/Makefile')) process.exit(0);
if (spawnSync('cc', ['--version']).status !== 0) {
  console.error(
    'helper: skipped, no C compiler (cc) here; without it the agent reaches no kernel or unix datagram datapath',
  );
  process.exit(0);
}
const { status, stdout, stderr } = spawnSync('make', ['-C', 'helper'], { encoding: 'utf8' });
if (status !== 0) process.stderr.write(`${stdout}${stderr}`);
// The package takes the kernel's side along as clang compiled it: who builds the helper there may have no clang.
const object = 'helper/build/mooring.bpf.o';
if (status === 0 && existsSync(object)) copyFileSync(object, 'helper/bpf/mooring.bpf.o');
process.exit(status ?? 1);
