import type { Command } from 'commander';
import { describeEvent, loadAlgorithms, readRecording, replay } from '../../node/agent/index.js';
import { algorithmOption } from '../algorithm-option.js';

/** `mooring replay`: recorded agent traffic again. */
export function addReplay(program: Command): void {
  program
    .command('replay')
    .description('feed the traffic of `mooring agent --record` to an algorithm again, and compare what it says')
    .argument('<file>', 'the recording')
    .requiredOption('--alg <name|path>', 'as `mooring agent` takes it')
    .option('--debug', 'print every message both ways, decoded, on stderr')
    .option('--json', 'print one JSON document')
    .action(async (file: string, flags: { alg: string; debug?: boolean; json?: boolean }) => {
      const algorithm = algorithmOption(flags.alg);
      const messages = readRecording(file);
      const reference = typeof algorithm === 'string' ? { builtin: algorithm } : { module: algorithm.href };
      const result = replay(messages, await loadAlgorithms(reference), {
        ...(flags.debug
          ? {
              onLine: (line: string) => void process.stderr.write(`${line}\n`),
              onEvent: (event) => void process.stderr.write(`${describeEvent(event)}\n`),
            }
          : {}),
      });
      if (flags.json) {
        process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
        return;
      }
      const { messagesIn, replayedOut, divergence, events, stats } = result;
      const told = Object.entries(events).map(([type, times]) => `${type} ${times}`);
      console.log(
        `${messagesIn} messages in, ${replayedOut} out, ${stats.reports} reports, ${stats.flowsCreated} flows`,
      );
      console.log(`events: ${told.join(', ') || 'none'}`);
      if (!divergence) console.log('the agent says what it said then');
      else {
        console.log(`the agent says something else from its message ${divergence.index + 1} on:`);
        console.log(`  then ${divergence.recorded ?? 'nothing'}\n  now  ${divergence.replayed ?? 'nothing'}`);
      }
    });
}
