import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { ERROR } from '../base/index.js';
import { fileFailure } from '../node/files/index.js';
import { EXIT, EXIT_CODES } from './exit-codes.js';
import { reportFailure } from './failure.js';
import { VERBS, type Verb } from './verbs/index.js';

const NAME = 'mooring';
const EPILOGUE = `
Every verb takes --json: one JSON document on standard output; where it fails {"error": {code, message, path}}.

Exit codes:
${EXIT_CODES.map(([code, meaning]) => `  ${code}  ${meaning}`).join('\n')}

\`mooring <verb> --help\` shows the options of a verb, \`mooring completion bash\` completes them.`;

/** Runs one call of `mooring` and sets the process's exit code. Only the verb that is called is loaded. */
export async function main(argv: readonly string[]): Promise<void> {
  const verb = VERBS.find(({ name }) => name === calledVerb(argv));
  const call = [NAME, ...(verb ? [verb.name] : [])].join(' ');
  watchOutput(call);
  try {
    const program = await createProgram(verb ? [verb] : []);
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    process.exitCode = await reportFailure(error, { call, json: asksForJson(argv) });
    // What was stopped may still wait for input.
    if (process.exitCode === EXIT.CUT_SHORT) process.exit();
  }
}

/** The command line with the options and verbs of `loaded`; of other verbs it knows names and summaries. */
export async function createProgram(loaded: readonly Verb[]): Promise<Command> {
  // dist/cli.js stands beside package.json's folder.
  const { version, description } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
    description: string;
  };
  const program = new Command(NAME)
    .description(description)
    .version(version)
    .addHelpText('after', EPILOGUE)
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  for (const verb of VERBS) {
    const command = program.command(verb.name).description(verb.summary);
    if (loaded.includes(verb)) (await verb.load())(command, () => createProgram(VERBS));
  }
  return program;
}

/** The verb of a call: its first word, or the one help is asked for. */
function calledVerb(argv: readonly string[]): string | undefined {
  const words = argv.filter((word) => !word.startsWith('-'));
  return words[0] === 'help' ? words[1] : words[0];
}

function asksForJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return argv.slice(0, end < 0 ? undefined : end).includes('--json');
}

/** A reader that has seen enough, such as head(1), is no failure; a full disk is one. */
function watchOutput(call: string): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    const failure = fileFailure(ERROR.MOORING_ERR_FILE_UNWRITABLE, 'standard output', error);
    void reportFailure(failure, { call }).then((code) => process.exit(code));
  });
  process.stderr.on('error', () => process.exit(EXIT.FAILED));
}
