import { cpus } from 'node:os';
import { Argument, type Command } from 'commander';
import { type Bench, type BenchResult, benches, holds, type Originals } from '../../bench/index.js';
import { print, printJson, tell } from '../output.js';
import { stopOnSignal } from '../signals.js';
import { table } from '../table.js';

export function addBench(command: Command): void {
  const groups = new Set(benches.flatMap(({ group }) => group ?? []));
  const widest = Math.max(...benches.map(({ name }) => name.length));
  const names = [...benches.map(({ name }) => name), ...groups];
  command
    .addArgument(new Argument('[name...]', 'what to measure; all where none is named').choices(names))
    .option('--json', 'print one JSON document')
    .option('--portus <program>', 'an agent with AIMD on portus, for a row of ipc')
    .option('--libccp <program>', 'invocations of libccp, for rows of vm')
    .addHelpText('after', `\n${benches.map(({ name, summary }) => `  ${name.padEnd(widest)}  ${summary}`).join('\n')}`)
    .action(async (names: string[], { json, ...originals }: Originals & { json?: boolean }) => {
      const results: Array<{ bench: Bench; result: BenchResult }> = [];
      for (const bench of choose(names)) {
        const missing = bench.missing?.();
        if (missing !== undefined) {
          tell(`${bench.name}: skipped, ${missing}`);
          continue;
        }
        const result = await runOne(bench, originals);
        results.push({ bench, result });
        if (!json) await print(describe(bench, result));
      }
      if (json) {
        const named = Object.fromEntries(results.map(({ bench, result }) => [bench.name, withVerdicts(result)]));
        await printJson({ machine: machine(), ...named });
      }
    });
}

async function runOne(bench: Bench, originals: Originals): Promise<BenchResult> {
  // One that only computes is ended by the signal itself: it would hear of it after its end.
  if (!bench.leavesNothing) return await bench.run(tell, originals, new AbortController().signal);
  const { signal, close } = stopOnSignal();
  try {
    const result = await bench.run(
      (line) => {
        signal.throwIfAborted();
        tell(line);
      },
      originals,
      signal,
    );
    signal.throwIfAborted();
    return result;
  } catch (error) {
    // A terminal's Ctrl-C ends the processes that are measured too, and that is no other fault.
    throw signal.aborted ? signal.reason : error;
  } finally {
    close();
  }
}

function choose(names: readonly string[]): readonly Bench[] {
  if (names.length === 0) return benches;
  return names.flatMap((name) => benches.filter((bench) => bench.name === name || bench.group === name));
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
  const cells = rows.map((row) => columns.map((column) => String(row[column] ?? '')));
  const verdicts = floors.map(
    (floor) =>
      `${holds(floor) ? '✓' : '✗'} ${floor.what}: ${floor.value} ${floor.unit}, ${floor.direction} ${floor.limit}\n`,
  );
  return `${name}: ${summary}\n${table(columns, cells)}${verdicts.join('')}\n`;
}
