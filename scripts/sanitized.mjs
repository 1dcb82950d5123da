// npm run test:sanitized [-- FILE…]: helper and addon built with AddressSanitizer and UndefinedBehaviorSanitizer, their C tests,
// and every test of the suite that uses them. The first finding ends the process it is in, and with it the test.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const build = resolve('out/sanitized');
const reports = join(build, 'report');
const flags = '-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all';
const suites = [
  'test/node/helper',
  'test/node/transports',
  'test/node/agent',
  'test/node/datapath',
  'test/node/capture',
];

const cc = spawnSync('cc', ['-print-file-name=libasan.so'], { encoding: 'utf8' });
const libasan = cc.stdout?.trim() ?? '';
if (process.platform !== 'linux' || !existsSync(libasan)) {
  console.error('sanitized: skipped, no C compiler with AddressSanitizer here (apt-get install gcc)');
  process.exit(0);
}

// Each process writes what it finds to a file of its own: the output of a helper is read by nobody when it dies early.
const options = (words) => [...words, `log_path=${reports}`].join(':');
const sanitizers = {
  ASAN_OPTIONS: options(['detect_leaks=1', 'abort_on_error=0']),
  UBSAN_OPTIONS: options(['print_stacktrace=1']),
};
for (const name of reportsIn(build)) rmSync(join(build, name));
run('make', ['-C', 'helper', `BUILD=${build}`, `CFLAGS=${flags}`, `LDFLAGS=${flags}`, 'all', 'test'], sanitizers);

// Node itself is not built for them: the runtime is loaded before everything, and what V8 keeps until the end is no leak.
const loaded = { MOORING_HELPER_DIR: build, LD_PRELOAD: libasan, ...sanitizers };
loaded.ASAN_OPTIONS = options(['detect_leaks=0', 'abort_on_error=0']);
const chosen = process.argv.slice(2);
const files = chosen.length > 0 ? chosen : suites.filter((folder) => existsSync(folder));
run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--testTimeout=120000', ...files], loaded);
console.log(`sanitized: no finding (C tests, ${files.join(', ')})`);

function run(command, args, environment) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...environment } });
  const found = reportsIn(build);
  for (const name of found) console.error(readFileSync(join(build, name), 'utf8'));
  if (status === 0 && found.length === 0) return;
  console.error(
    `sanitized: ${error?.message ?? (found.length > 0 ? `${found.length} findings` : `${command} failed`)}`,
  );
  process.exit(1);
}

function reportsIn(folder) {
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith('report.')) : [];
}
