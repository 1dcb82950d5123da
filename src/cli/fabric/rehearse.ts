import type { Command } from 'commander';
import { parseRow, replay } from '../../fabric/index.js';
import { readTextFile } from '../../node/files/index.js';
import { print } from '../output.js';

/** `mooring fabric rehearse`: requests put to the stand-in of FABRIC's orchestrator. */
export function addRehearse(fabric: Command): void {
  fabric
    .command('rehearse')
    .requiredOption('--replay <file>', 'rows of requests and the worlds they were asked in; - for standard input')
    .description('answer recorded requests as the orchestrator would: a line {id, status, contentType, body} each')
    .action(async ({ replay: file }: { replay: string }) => {
      const lines = readTextFile(file).split('\n');
      for (const [at, line] of lines.entries()) {
        if (line.trim() === '') continue;
        await print(`${JSON.stringify(replay(parseRow(line, at + 1)))}\n`);
      }
    });
}
