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
const SOURCES = {
  program: 'src/program/index.ts',
  sim: 'src/sim/index.ts',
  capture: 'src/capture/index.ts',
  twine: 'src/twine/public.ts',
  index: 'src/index.ts',
  node: 'src/node/index.ts',
  web: 'src/web/public.ts',
};

export const doors = Object.entries(SOURCES).map(([entry, source]) => {
  const path = entry === 'index' ? '.' : `./${entry}`;
  const name = entry === 'index' ? 'mooring' : `mooring/${entry}`;
  return { name, entry, source, types: exports[path].types.replace('./', ''), about: ABOUT[name] };
});
