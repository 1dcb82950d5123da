// The rooms and what each may import. Everything not allowed is refused; `comment` says what
// to do instead. AssemblyScript rooms (wasm/) have their own list below.
const ROOMS = {
  base: [],
  core: ['base'],
  program: ['core'],
  wire: ['core'],
  algorithms: ['program'],
  agent: ['algorithms', 'program', 'wire'],
  datapath: ['program', 'wire'],
  sim: ['agent', 'datapath', 'algorithms'],
  capture: ['core', 'program', 'datapath'],
  twine: ['base'],
  client: ['base', 'core', 'program', 'wire', 'algorithms', 'agent', 'datapath', 'sim', 'capture', 'twine'],
};
const WASM_ROOMS = {
  memory: [],
  generated: [],
  isa: ['memory', 'generated'],
  lang: ['isa'],
  vm: ['isa', 'wire'],
  jit: ['vm'],
  wire: ['isa'],
  capture: ['memory', 'generated'],
  packet: ['memory', 'generated'],
  flow: ['packet', 'series'],
  series: ['memory'],
  sim: ['vm', 'series'],
};

const closure = (rooms, room, seen = new Set()) => {
  for (const next of rooms[room]) if (!seen.has(next)) closure(rooms, next, seen.add(next));
  return seen;
};

const fence = (rooms, root, always) =>
  Object.keys(rooms).map((room) => {
    const allowed = [room, ...closure(rooms, room), ...always];
    return {
      name: `${root}/${room}`,
      severity: 'error',
      comment: `${root}/${room} may import ${allowed.join(', ')}. Move the shared part down, or pass the value in.`,
      from: { path: `^${root}/${room}/` },
      to: { path: `^${root}/`, pathNot: allowed.map((name) => `^${root}/${name}/`) },
    };
  });

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Split the shared idea into a file of its own.',
      from: {},
      to: { circular: true },
    },
    ...fence(ROOMS, 'src', ['generated']),
    ...fence(WASM_ROOMS, 'wasm', []),
    {
      name: 'node-only-in-node',
      severity: 'error',
      comment: 'Only src/node may use node: modules; pass what is needed in as an argument.',
      from: { path: '^src/', pathNot: '^src/node/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'through-the-door',
      severity: 'error',
      comment: 'A room is entered through its index.ts.',
      from: { path: '^src/([^/]+)/' },
      to: { path: '^src/([^/]+)/', pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$', '^src/generated/'] },
    },
    {
      name: 'examples-by-name',
      severity: 'error',
      comment: 'Examples show the public package: import from "mooring".',
      from: { path: '^examples/' },
      to: { path: '^src/', pathNot: '^src/(index|node/index|web/index)\\.ts$' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
  },
};
