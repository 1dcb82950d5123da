import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Argument, type Command, Option } from 'commander';
import { ERROR } from '../../base/index.js';
import { fileFailure, makeFolder } from '../../node/files/index.js';
import { readsTypeScript } from '../../node/modules/index.js';
import { UsageError } from '../failure.js';
import { algorithmFiles, NAME, type NewFile } from '../init/algorithm.js';
import { TESTBED_NAME, testbedFiles } from '../init/testbed.js';
import { print, printJson } from '../output.js';

interface InitOptions {
  readonly dir: string;
  readonly lang: 'ts' | 'js';
  readonly json?: boolean;
}

/** What can be written to start from. */
interface Start {
  readonly name: RegExp;
  readonly badName: string;
  files(name: string, options: InitOptions): readonly NewFile[];
  /** What to do with the files next. */
  next(paths: readonly string[], name: string, options: InitOptions): Promise<readonly string[]>;
}

const STARTS: Readonly<Record<string, Start>> = {
  alg: {
    name: NAME,
    badName: 'is no name for a file and a class: small letters, digits and -, such as my-alg',
    files: (name, { lang }) => algorithmFiles(name, lang),
    async next([algorithm, test, scenario], _name, { lang }) {
      const install = `npm install esbuild   # Node ${process.versions.node} does not read TypeScript`;
      return [
        ...(lang === 'ts' && !(await readsTypeScript()) ? [install] : []),
        `npx mooring sim --alg ./${algorithm} --html report.html`,
        `npx mooring sim ${scenario} --alg ./${algorithm}`,
        `node --test ${test}`,
      ];
    },
  },
  testbed: {
    name: TESTBED_NAME,
    badName: 'is no name for a testbed: up to 20 small letters, digits and _, such as mytestbed',
    files: (name) => testbedFiles(name),
    next: async ([topology], name) => [
      `sudo npx mooring testbed up ${topology}`,
      `sudo npx mooring testbed show ${name}`,
      `npx mooring twine plan --testbed ${name} --site INDI --port HundredGigE0/0/0/5`,
    ],
  },
};

export function addInit(command: Command): void {
  command
    .addArgument(
      new Argument(
        '<what>',
        'alg: an algorithm, its test and a scenario that run; testbed: the topology of two sites for testbed up',
      ).choices(Object.keys(STARTS)),
    )
    .argument('<name>', 'its name, such as my-alg')
    .option('--dir <folder>', 'where to write', '.')
    .addOption(
      new Option('--lang <language>', 'of an algorithm: TypeScript or JavaScript').choices(['ts', 'js']).default('ts'),
    )
    .option('--json', 'print one JSON document: the files written')
    .addHelpText('after', '\nFiles that are there are never written over.\n')
    .action(async (what: string, name: string, options: InitOptions) => {
      const start = STARTS[what]!;
      const { dir } = options;
      if (!start.name.test(name)) throw new UsageError(`"${name}" ${start.badName}`);
      const files = start.files(name, options);
      const paths = files.map((file) => join(dir, file.name));
      for (const path of paths) if (await exists(path)) throw new UsageError(`${path} is there already`);
      for (const [index, { text }] of files.entries()) await write(dir, paths[index]!, text);
      if (options.json) return printJson({ files: paths });
      return print(`${[...paths, '', ...(await start.next(paths, name, options))].join('\n')}\n`);
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
