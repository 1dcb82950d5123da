import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Argument, type Command, Option } from 'commander';
import { ERROR } from '../../base/index.js';
import { fileFailure, makeFolder } from '../../node/files/index.js';
import { readsTypeScript } from '../../node/modules/index.js';
import { UsageError } from '../failure.js';
import { algorithmFiles, NAME } from '../init/algorithm.js';
import { print, printJson } from '../output.js';

interface InitOptions {
  readonly dir: string;
  readonly lang: 'ts' | 'js';
  readonly json?: boolean;
}

export function addInit(command: Command): void {
  command
    .addArgument(new Argument('<what>', 'alg: an algorithm, its test and a scenario that run').choices(['alg']))
    .argument('<name>', 'its name, such as my-alg')
    .option('--dir <folder>', 'where to write', '.')
    .addOption(new Option('--lang <language>', 'TypeScript or JavaScript').choices(['ts', 'js']).default('ts'))
    .option('--json', 'print one JSON document: the files written')
    .addHelpText('after', '\nFiles that are there are never written over.\n')
    .action(async (_what: string, name: string, { dir, lang, json }: InitOptions) => {
      if (!NAME.test(name))
        throw new UsageError(
          `"${name}" is no name for a file and a class: small letters, digits and -, such as my-alg`,
        );
      const files = algorithmFiles(name, lang);
      const paths = files.map((file) => join(dir, file.name));
      for (const path of paths) if (await exists(path)) throw new UsageError(`${path} is there already`);
      for (const [index, { text }] of files.entries()) await write(dir, paths[index]!, text);
      if (json) return printJson({ files: paths });
      const [algorithm, test, scenario] = paths;
      const next = [
        `npx mooring sim --alg ./${algorithm} --html report.html`,
        `npx mooring sim ${scenario} --alg ./${algorithm}`,
        `node --test ${test}`,
      ];
      if (lang === 'ts' && !(await readsTypeScript()))
        next.unshift(`npm install esbuild   # Node ${process.versions.node} does not read TypeScript`);
      return print(`${[...paths, '', ...next].join('\n')}\n`);
    });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function write(dir: string, path: string, text: string): Promise<void> {
  try {
    makeFolder(dir);
    await writeFile(path, text, { flag: 'wx' });
  } catch (cause) {
    throw fileFailure(ERROR.MOORING_ERR_FILE_UNWRITABLE, path, cause);
  }
}
