// Builds helper/ where a C compiler is there; says so in one line where not.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

if (process.platform !== 'linux' || !existsSync('helper/Makefile')) process.exit(0);
if (spawnSync('cc', ['--version']).status !== 0) {
  console.error(
    'helper: skipped, no C compiler (cc) here; without it the agent reaches no kernel or unix datagram datapath',
  );
  process.exit(0);
}
const { status, stdout, stderr } = spawnSync('make', ['-C', 'helper'], { encoding: 'utf8' });
if (status !== 0) process.stderr.write(`${stdout}${stderr}`);
process.exit(status ?? 1);
