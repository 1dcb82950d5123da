import type { Command } from 'commander';
import { serveStudio, studioLink, writeStudio } from '../../node/studio/index.js';
import { UsageError } from '../failure.js';
import { keepStdout, print, printJson, tell } from '../output.js';
import { stopOnSignal } from '../signals.js';
import { wholeNumber } from '../values.js';

interface StudioFlags {
  readonly port: number;
  readonly out?: string;
  readonly link?: string | true;
  readonly agent?: string;
  readonly json?: boolean;
}

export function addStudio(command: Command): void {
  command
    .argument(
      '[files...]',
      'captures, results (`mooring sim --json --series`), a scenario or code, opened in it; a folder whose code may be read and written',
    )
    .option('--port <port>', 'serve on this port of 127.0.0.1; 0 takes a free one', wholeNumber(0, 65_535), 0)
    .option('--out <folder>', 'write the studio there, as files any web server can serve, and end')
    .option(
      '--link [address]',
      'print a link that opens the scenario with its code in a studio at that address, and end',
    )
    .option('--agent <address>', 'watch a running agent: the address that mooring agent --serve prints')
    .option('--json', 'print one JSON document: the URL, the link, or the files written')
    .addHelpText(
      'after',
      '\nIt is served to this machine only, until Ctrl-C. Files are read in the page; nothing leaves it.\n',
    )
    .action(run);
}

async function run(
  files: readonly string[],
  { port, out, link, agent, json }: StudioFlags,
  command: Command,
): Promise<void> {
  if (json) keepStdout();
  if (link !== undefined) {
    const [file, more] = files;
    if (file === undefined || more !== undefined)
      throw new UsageError('--link is of one scenario: mooring studio scenario.json --link');
    const version = command.parent?.version() ?? '';
    const made = `${link === true ? '' : link}${await studioLink(file, version)}`;
    return json ? printJson({ link: made }) : print(`${made}\n`);
  }
  if (out !== undefined) {
    if (files.length > 0) throw new UsageError('--out writes the studio without files: drop them into its page');
    const written = await writeStudio(out);
    return json ? printJson({ files: written }) : print(`${written.join('\n')}\n`);
  }
  const stop = stopOnSignal();
  const studio = await serveStudio({ files, port, ...(agent === undefined ? {} : { agent }) });
  if (json) await printJson({ url: studio.url, files });
  else await print(`${studio.url}\n`);
  tell('mooring studio: open this address in a browser of this machine; Ctrl-C ends it');
  await stop.received;
  stop.close();
  await studio.close();
}
