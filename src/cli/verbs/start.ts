import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { writeRunReport } from '../../node/jobs/index.js';
import { describeScenario, jainOver, resultToJson, type Scenario } from '../../sim/index.js';
import { runWatched } from '../sim/live-table.js';
import { problemText, summaryText } from '../sim/text.js';

interface StartOptions {
  readonly alg: string;
  readonly html: string;
  readonly json?: boolean;
  readonly fast?: boolean;
}

/** Simulated seconds for each second on a terminal: slow enough to watch the windows move. */
const PACE = 12;

export function addStart(program: Command): void {
  program
    .command('start')
    .description('the first thing to run: two flows of the AIMD example over 12 Mbit/s, 40 ms, one BDP of queue, 60 s')
    .option('--alg <name|path>', 'another algorithm, or your own module', exampleAimd())
    .option('--html <file>', 'where the report goes', 'out/report.html')
    .option('--fast', 'do not slow down for the live table')
    .option('--json', 'print one JSON document and nothing else')
    .action(async ({ alg, html, json, fast }: StartOptions) => {
      const scenario: Scenario = {
        rate: '12Mbit',
        rtt: '40ms',
        queue: '1bdp',
        flows: [{ algorithm: alg, count: 2, stagger: '5s' }],
        duration: '60s',
        seed: 1,
        series: { bin: '100ms' },
      };
      const watched = process.stdout.isTTY && !fast;
      const result = await runWatched(scenario, {
        stream: json ? undefined : process.stdout,
        ...(watched ? { pace: PACE } : {}),
      });
      const report = await writeRunReport(html, result);
      process.stderr.write(problemText(result));
      if (result.problems.length > 0) process.exitCode = 1;
      if (json) {
        process.stdout.write(`${JSON.stringify({ ...resultToJson(result, { series: false }), report }, null, 2)}\n`);
        return;
      }
      const half = result.scenario.durationUs / 2;
      process.stdout.write(
        `\n${describeScenario(result.scenario)}\n${summaryText(result)}\n` +
          `Jain index over the last half: ${jainOver(result.series, half).toFixed(3)}\n\nreport: ${report}\n`,
      );
    });
}

/** The example in the repository; in an installed package the algorithm of that name. */
function exampleAimd(): string {
  const file = fileURLToPath(new URL('../examples/aimd/aimd.js', import.meta.url));
  return existsSync(file) ? file : 'aimd';
}
