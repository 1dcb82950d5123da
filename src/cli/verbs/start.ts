import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { writeRunReport } from '../../node/jobs/index.js';
import { describeScenario, jainOver, type Scenario } from '../../sim/index.js';
import { algorithmOption } from '../algorithm.js';
import { madeHere } from '../made.js';
import { keepStdout, print, printJson, tell } from '../output.js';
import { SENDER_NAMES } from '../sim/senders.js';
import { failureLines, summaryText } from '../sim/text.js';
import { exitCodeOfRun, resultDocument, runWatched } from '../sim/watched.js';
import { shown } from '../table.js';

interface StartOptions {
  readonly alg: string;
  readonly html: string;
  readonly json?: boolean;
  readonly fast?: boolean;
}

/** Simulated seconds for each second on a terminal: slow enough to watch the windows move. */
const PACE = 12;

export function addStart(command: Command): void {
  command
    .addOption(algorithmOption(SENDER_NAMES, 'another algorithm').default(exampleAimd(), 'aimd'))
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
      if (json) keepStdout();
      const paced = process.stdout.isTTY && !fast;
      const result = await runWatched(scenario, {
        stream: json ? undefined : process.stdout,
        quietMs: 0,
        ...(paced ? { pace: PACE } : {}),
        ...(json ? { logs: process.stderr } : {}),
      });
      const report = await writeRunReport(html, result, madeHere());
      for (const line of failureLines(result)) tell(line);
      process.exitCode = exitCodeOfRun(result);
      if (json) return printJson({ ...resultDocument(result, 'none'), report });
      const half = jainOver(result.series, result.scenario.durationUs / 2);
      return print(
        `\n${describeScenario(result.scenario)}\n${summaryText(result)}\n` +
          `Jain index over the last half: ${shown(half, (value) => value.toFixed(3))}\n\nreport: ${report}\n`,
      );
    });
}

/** The example in the repository; in an installed package the algorithm of that name. */
function exampleAimd(): string {
  const file = fileURLToPath(new URL('../examples/aimd/aimd.js', import.meta.url));
  return existsSync(file) ? file : 'aimd';
}
