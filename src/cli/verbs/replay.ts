import type { Command } from 'commander';
import {
  describeEvent,
  loadAlgorithms,
  type RecordingReplayResult,
  readRecording,
  replayRecording,
} from '../../node/agent/index.js';
import { ALGORITHM_NAMES, algorithmOption, readAlgorithm } from '../algorithm.js';
import { keepStdout, print, printJson, tell } from '../output.js';

/** `mooring replay`: recorded agent traffic again. */
export function addReplay(command: Command): void {
  command
    .argument('<file>', 'the recording')
    .addOption(algorithmOption(ALGORITHM_NAMES).makeOptionMandatory())
    .option('--debug', 'print every message both ways, decoded, on stderr')
    .option('--json', 'print one JSON document')
    .action(async (file: string, flags: { alg: string; debug?: boolean; json?: boolean }) => {
      if (flags.json) keepStdout();
      const algorithm = readAlgorithm(flags.alg);
      const messages = readRecording(file);
      const reference = typeof algorithm === 'string' ? { builtin: algorithm } : { module: algorithm.href };
      const result = replayRecording(messages, await loadAlgorithms(reference), {
        ...(flags.debug
          ? {
              onLine: tell,
              onEvent: (event) => tell(describeEvent(event)),
            }
          : {}),
      });
      if (flags.json) await printJson(result);
      else await print(describe(result));
    });
}

function describe({ messagesIn, replayedOut, divergence, events, stats }: RecordingReplayResult): string {
  const told = Object.entries(events).map(([type, times]) => `${type} ${times}`);
  const same = divergence
    ? `the agent says something else from its message ${divergence.index + 1} on:\n` +
      `  then ${divergence.recorded ?? 'nothing'}\n  now  ${divergence.replayed ?? 'nothing'}`
    : 'the agent says what it said then';
  return (
    `${messagesIn} messages in, ${replayedOut} out, ${stats.reports} reports, ${stats.flowsCreated} flows\n` +
    `events: ${told.join(', ') || 'none'}\n${same}\n`
  );
}
