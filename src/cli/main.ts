import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { reportFailure } from './failure.js';
import { verbs } from './verbs/index.js';

// dist/cli.js stands beside package.json's folder.
const { version, description } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
  description: string;
};

const program = new Command('mooring')
  .description(description)
  .version(version)
  .showHelpAfterError('(mooring <verb> --help shows the options of a verb)')
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(text) });
for (const add of verbs) add(program);
// A reader that has seen enough, such as head(1), is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  await program.parseAsync(process.argv);
} catch (error) {
  process.exitCode = reportFailure(error);
}
