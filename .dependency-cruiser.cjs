// The rooms and what each may import; what those import comes with them. Everything not allowed is
// refused, and `comment` says what to do instead. Every room is entered through its door.

/** src: what is decided, host-free. */
const ROOMS = {
  base: [],
  palette: [],
  packed: [],
  parquet: [],
  core: ['base'],
  program: ['core'],
  wire: ['core'],
  algorithms: ['program'],
  agent: ['algorithms', 'program', 'wire'],
  datapath: ['program', 'wire'],
  schema: [],
  sim: ['agent', 'datapath', 'algorithms', 'schema'],
  sweep: ['sim', 'packed'],
  capture: ['core', 'program', 'datapath'],
  twine: ['base', 'schema', 'palette'],
  fabric: ['base'],
  client: ['sim', 'capture', 'twine'],
  node: ['client', 'fabric', 'dataset', 'share', 'run', 'sweep', 'packed', 'parquet'],
  run: ['sim', 'capture', 'packed', 'sweep'],
  share: ['sim', 'packed'],
  draw: ['run', 'palette'],
  dataset: ['capture', 'parquet'],
  web: ['client', 'draw', 'packed'],
  // Applications: they import, nobody imports them.
  cli: ['node', 'bench', 'figures', 'fabric', 'draw', 'sweep'],
  bench: ['node'],
  figures: ['node'],
  studio: ['web', 'run', 'share', 'parquet'],
  // Entries of threads: they are started, never imported.
  workers: ['client', 'node', 'bench', 'figures'],
};

/** src/node: what carries out, on this machine. */
const NODE_ROOMS = {
  process: [],
  files: [],
  modules: [],
  capture: ['files', 'helper'],
  dataset: ['files', 'capture', 'jobs', 'process'],
  install: [],
  studio: ['files'],
  helper: ['process', 'install', 'files'],
  machine: ['helper'],
  jobs: ['process', 'files', 'modules'],
  transports: ['helper'],
  datapath: ['transports'],
  agent: ['transports', 'files', 'modules'],
  namespaces: ['process', 'install'],
  path: ['namespaces', 'helper'],
  testbed: ['helper', 'files', 'fabric', 'namespaces'],
  twine: ['testbed', 'files', 'capture'],
  fabric: ['process', 'files'],
  rehearsal: ['testbed', 'fabric', 'install'],
};

/** src/fabric: texts, what they mean, what is done with them; above them what stands in for the real one. */
const FABRIC_ROOMS = {
  python: [],
  graph: ['python'],
  model: ['graph'],
  topology: ['model'],
  'stand-in': ['model'],
  services: ['stand-in'],
  replay: ['stand-in', 'topology'],
};

/** wasm: AssemblyScript. */
const WASM_ROOMS = {
  memory: [],
  series: ['memory'],
  isa: ['memory'],
  wire: ['isa'],
  lang: ['isa'],
  vm: ['isa', 'wire'],
  jit: ['vm'],
  bpf: ['vm'],
  capture: ['memory'],
  packet: ['memory'],
  flow: ['packet', 'series'],
  compare: ['packet', 'series'],
  sim: ['vm', 'series'],
};

/** wasm/sim: the engine, its builder and the host's door stand above. */
const WASM_SIM_ROOMS = {
  state: [],
  queue: ['state'],
  path: ['queue'],
  control: ['state'],
  tcp: ['control', 'path'],
};

const closure = (rooms, room, seen = new Set()) => {
  for (const next of rooms[room]) if (!seen.has(next)) closure(rooms, next, seen.add(next));
  return seen;
};

const fence = (rooms, root) =>
  Object.keys(rooms).map((room) => {
    const allowed = [room, ...closure(rooms, room)];
    return {
      name: `${root}/${room}`,
      severity: 'error',
      comment: `${root}/${room} may import ${allowed.join(', ')}. Move the shared part down, or pass the value in.`,
      from: { path: `^${root}/${room}/` },
      to: { path: `^${root}/[^/]+/`, pathNot: [...allowed, 'generated'].map((name) => `^${root}/${name}/`) },
    };
  });

/** From anywhere outside a room of `root` to a file inside it that is not its door. */
const doors = (root, rooms, door = 'index\\.ts') =>
  Object.keys(rooms).map((room) => ({
    name: `door of ${root}/${room}`,
    severity: 'error',
    comment: `${root}/${room} is entered through its index.ts: export what is needed there.`,
    from: { path: '^(src|wasm)/', pathNot: `^${root}/${room}/` },
    to: { path: `^${root}/${room}/`, pathNot: [`^${root}/${room}/${door}$`, ...inner(root, room)] },
  }));

// A room of rooms is entered through theirs; src/fabric has a door of its own besides.
const inner = (root, room) => (root === 'src' && room === 'node' ? ['^src/node/[^/]+/index\\.ts$'] : []);

// Pages and programs of examples use the package by the names package.json gives its doors.
const PUBLIC = '^src/(index|(program|sim|capture|node)/index|(twine|web)/public)\\.ts$';

/** What stands in `root` itself is above its rooms. */
const above = (root) => ({
  name: `above the rooms of ${root}`,
  severity: 'error',
  comment: `The rooms of ${root} do not see what puts them together: pass the value in.`,
  from: { path: `^${root}/[^/]+/` },
  to: { path: `^${root}/[^/]+\\.ts$` },
});

const application = (room) => ({
  name: `nobody imports src/${room}`,
  severity: 'error',
  comment: `src/${room} is an application: move what others need to the room it belongs to.`,
  from: { path: '^src/', pathNot: `^src/(${room}|cli|workers)/` },
  to: { path: `^src/${room}/` },
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
    ...fence(ROOMS, 'src'),
    ...fence(NODE_ROOMS, 'src/node'),
    ...fence(FABRIC_ROOMS, 'src/fabric'),
    ...fence(WASM_ROOMS, 'wasm'),
    ...fence(WASM_SIM_ROOMS, 'wasm/sim'),
    above('wasm/sim'),
    ...doors('src', ROOMS),
    ...doors('src/node', NODE_ROOMS),
    ...doors('src/fabric', FABRIC_ROOMS),
    // What a module's host sees of a room is its second door, for the module's root only.
    ...doors('wasm', WASM_ROOMS, '(index|exports)\\.ts'),
    ...doors('wasm/sim', WASM_SIM_ROOMS),
    {
      name: 'programs-only-in-control',
      severity: 'error',
      comment: 'In wasm/sim only control runs datapath programs: ask it, by a function of its door.',
      from: { path: '^wasm/sim/', pathNot: '^wasm/sim/control/' },
      to: { path: '^wasm/vm/' },
    },
    application('cli'),
    application('bench'),
    application('figures'),
    application('studio'),
    application('workers'),
    {
      name: 'node-only-in-node',
      severity: 'error',
      comment:
        'Only src/node, src/cli, src/bench, src/figures and src/workers may use node: modules; pass what is needed in as an argument.',
      from: { path: '^src/', pathNot: '^src/(node|cli|bench|figures|workers)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'examples-by-name',
      severity: 'error',
      comment: 'Examples show the public package: import from "mooring".',
      from: { path: '^examples/' },
      to: { path: '^src/', pathNot: PUBLIC },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
  },
};
