import { Argument, type Command } from 'commander';
import { bashScript } from '../completion/bash.js';
import { fishScript } from '../completion/fish.js';
import { completionsOf } from '../completion/tree.js';
import { zshScript } from '../completion/zsh.js';
import { print, printJson } from '../output.js';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;
type Shell = keyof typeof SCRIPTS;

const HELP = `
For this session, or as the last line of the shell's start-up file:
  source <(mooring completion bash)
  source <(mooring completion zsh)
  mooring completion fish | source`;

/** `mooring completion`: `whole` gives the program with every verb loaded. */
export function addCompletion(command: Command, whole: () => Promise<Command>): void {
  command
    .addArgument(new Argument('<shell>', 'which shell is to complete mooring').choices(Object.keys(SCRIPTS)))
    .option('--json', 'print what the scripts are made of: verbs, options and their values')
    .addHelpText('after', HELP)
    .action(async (shell: Shell, { json }: { readonly json?: boolean }) => {
      const program = await whole();
      const verbs = completionsOf(program);
      if (json) await printJson(verbs);
      else await print(SCRIPTS[shell](program.name(), verbs));
    });
}
