// The doors of the package as package.json names them: what a program imports, the source behind it, and the
// declarations it gets.
import { readFileSync } from 'node:fs';

const { exports } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

const ABOUT = {
  mooring:
    'The same on every host: algorithms, the agent, the datapath, messages, and the doors most programs begin with.',
  'mooring/program': 'Datapath programs: compile, parse, print, disassemble, verify.',
  'mooring/sim': 'The simulator: scenarios, runs, results.',
  'mooring/capture': 'Captures: connections, echoes, series, replay.',
  'mooring/twine': 'Capture campaigns: plans, sessions, manifests.',
  'mooring/node': 'What takes Node: sockets, the running agent, files, processes, testbeds.',
  'mooring/web': 'What takes a page: workers and plots.',
};

/** Doors in the order in which a name that several have is explained: by the first. */
const ORDER = ['program', 'sim', 'capture', 'twine', '.', 'node', 'web'];

export const doors = ORDER.map((part) => {
  const path = part === '.' ? '.' : `./${part}`;
  const name = part === '.' ? 'mooring' : `mooring/${part}`;
  const types = exports[path].types.replace('./', '');
  return { name, types, source: types.replace('dist/types/', 'src/').replace('.d.ts', '.ts'), about: ABOUT[name] };
});
