import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { readAccount } from '../../node/fabric/index.js';
import { writeWholeFile } from '../../node/files/index.js';
import { type SelftestRecord, selftest } from '../../node/testbed/index.js';
import { EXIT } from '../exit-codes.js';
import { print, printJson, tell } from '../output.js';
import { stopOnSignal } from '../signals.js';

interface Flags {
  readonly rc: string;
  readonly site?: string;
  readonly out: string;
  readonly keep?: boolean;
  readonly json?: boolean;
}

/** `mooring fabric selftest`: the whole way once, in small, for whoever uses an account for the first time. */
export function addSelftest(fabric: Command): void {
  fabric
    .command('selftest')
    .option('--rc <file>', 'a fabric_rc; without it the place and the environment of the official client', '')
    .option('--site <site>', 'where; default the site with the most free dedicated NICs')
    .option('--out <file>', 'where the record goes, written anew after each step', 'fabric-selftest.json')
    .option('--keep', 'leave the slice; mooring fabric delete takes it away')
    .option('--json', 'print the record as JSON')
    .description('make a slice of one machine, mirror its own NIC, bring a file home, remove all of it: some minutes')
    .action(async (flags: Flags) => {
      const account = readAccount(flags.rc);
      const folder = mkdtempSync(join(tmpdir(), 'mooring-selftest-'));
      const stop = stopOnSignal();
      let told = 0;
      const onRecord = (record: SelftestRecord): void => {
        writeWholeFile(resolve(flags.out), `${JSON.stringify(record, null, 1)}\n`);
        for (const step of record.steps.slice(told)) tell(line(step));
        told = record.steps.length;
      };
      try {
        const { site, keep = false } = flags;
        const record = await selftest(account, { site, keep, folder, onRecord, signal: stop.signal });
        if (flags.json) await printJson(record);
        else await print(`${summary(record)}the record is in ${flags.out}\n`);
        if (!record.ok) process.exitCode = EXIT.FAILED;
      } finally {
        stop.close();
        rmSync(folder, { recursive: true, force: true });
      }
    });
}

const line = ({ name, ok, tookMs, said }: SelftestRecord['steps'][number]): string =>
  `${ok ? 'ok    ' : 'FAILED'} ${name} (${(tookMs / 1000).toFixed(1)} s): ${said}`;

function summary({ ok, gather, mirror, left, states }: SelftestRecord): string {
  const lines = [ok ? 'all steps went well' : 'a step failed'];
  if (mirror) lines.push(`${mirror.filePackets} of ${mirror.sentPackets} frames mirrored from ${mirror.source}`);
  if (gather) lines.push(`gathered at ${(gather.bytesPerSecond / 1e6).toFixed(1)} MB/s`);
  lines.push(`${states.length} states seen`);
  for (const what of left) lines.push(`left: ${what}; mooring fabric delete takes it away`);
  return lines.map((each) => `${each}\n`).join('');
}
