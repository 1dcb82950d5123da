// npm run bench -- [name…] [--json]: `mooring bench`, with the originals beside ours where cargo can build them from their
// registry. They are built optimised, as they are shipped, and run in the same run.
import { spawn, spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';

const target = resolve('out/cargo');
const originals = { portus: ['portus-agent', 'portus-aimd'], libccp: ['libccp-datapath', 'libccp-invocations'] };
const words = process.argv.slice(2);
const wanted = { portus: 'ipc', libccp: 'vm' };
const isWanted = (name) => words.every((word) => word.startsWith('-')) || words.includes(wanted[name]);

const flags = Object.entries(originals).flatMap(([name, [crate, program]]) => {
  if (!isWanted(name)) return [];
  const built = spawnSync('cargo', ['build', '--release', '--quiet', '--bin', program], {
    cwd: join('test/interop', crate),
    env: { ...process.env, CARGO_TARGET_DIR: target },
    encoding: 'utf8',
  });
  if (built.status === 0) return [`--${name}`, join(target, 'release', program)];
  const why = built.error ? 'cargo is not installed' : built.stderr.trim().split('\n').at(-1);
  console.error(`bench: without ${name}: ${why}`);
  return [];
});

const child = spawn(process.execPath, ['dist/cli.js', 'bench', ...words, ...flags], { stdio: 'inherit' });
child.on('close', (code) => {
  process.exitCode = code ?? 1;
});
