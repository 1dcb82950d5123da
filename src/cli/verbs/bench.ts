import { cpus } from 'node:os';
import Table from 'cli-table3';
import type { Command } from 'commander';
import { type Bench, type BenchResult, benches, holds } from '../../bench/index.js';
import { UsageError } from '../failure.js';

export function addBench(program: Command): void {
  program
    .command('bench')
    .description('measure this machine')
    .argument('[name...]', `what to measure: ${benches.map(({ name }) => name).join(', ')}; all where none is named`)
    .option('--json', 'print one JSON document')
    .addHelpText('after', `\n${benches.map(({ name, summary }) => `  ${name.padEnd(10)}${summary}`).join('\n')}`)
    .action(async (names: string[], { json }: { json?: boolean }) => {
      const results: Array<{ bench: Bench; result: BenchResult }> = [];
      for (const bench of choose(names)) {
        const result = await bench.run((line) => process.stderr.write(`${line}\n`));
        results.push({ bench, result });
        if (!json) process.stdout.write(describe(bench, result));
      }
      if (json) {
        const named = Object.fromEntries(results.map(({ bench, result }) => [bench.name, withVerdicts(result)]));
        process.stdout.write(`${JSON.stringify({ machine: machine(), ...named }, null, 2)}\n`);
      }
    });
}

function choose(names: readonly string[]): readonly Bench[] {
  if (names.length === 0) return benches;
  return names.map((name) => {
    const bench = benches.find((one) => one.name === name);
    if (!bench) throw new UsageError(`no bench is called ${name}: there are ${benches.map((b) => b.name).join(', ')}`);
    return bench;
  });
}

function machine() {
  const all = cpus();
  return { cpu: all[0]?.model.trim() ?? 'unknown', cores: all.length, node: process.versions.node };
}

function withVerdicts({ rows, floors }: BenchResult) {
  return { rows, floors: floors.map((floor) => ({ ...floor, holds: holds(floor) })) };
}

function describe({ name, summary }: Bench, { rows, floors }: BenchResult): string {
  const columns = Object.keys(rows[0] ?? {});
  const table = new Table({ head: columns, style: { head: [], border: [] } });
  for (const row of rows) table.push(columns.map((column) => row[column] ?? ''));
  const verdicts = floors.map(
    (floor) =>
      `${holds(floor) ? '✓' : '✗'} ${floor.what}: ${floor.value} ${floor.unit}, ${floor.direction} ${floor.limit}\n`,
  );
  return `${name}: ${summary}\n${table.toString()}\n${verdicts.join('')}\n`;
}
