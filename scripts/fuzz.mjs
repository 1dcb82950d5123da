// npm run fuzz -- agent|engines [--seconds N] [--seed N]: random inputs until the time is over, or until one goes wrong.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const FUZZERS = ['agent', 'engines'];
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string', default: '10' }, seed: { type: 'string' } },
});
const unknown = positionals.find((name) => !FUZZERS.includes(name));
if (unknown !== undefined || !/^\d+$/.test(values.seconds) || !/^\d*$/.test(values.seed ?? '')) {
  console.error(`usage: npm run fuzz -- [${FUZZERS.join('|')}] [--seconds N] [--seed N]`);
  process.exit(2);
}
const files = (positionals.length > 0 ? positionals : FUZZERS).map((name) => `test/fuzz/${name}.test.ts`);
const { status } = spawnSync('npx', ['vitest', 'run', '--config', 'vitest.suite.config.ts', ...files], {
  stdio: 'inherit',
  env: {
    ...process.env,
    MOORING_FUZZ_SECONDS: values.seconds,
    ...(values.seed === undefined ? {} : { MOORING_FUZZ_SEED: values.seed }),
  },
});
process.exit(status ?? 1);
