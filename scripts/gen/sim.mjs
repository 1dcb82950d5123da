import { constants, header, indices, objects, upper } from './text.mjs';

export function outputs(sim) {
  // What a scenario names: TypeScript looks these up by the name that stands there.
  const kinds = [
    ['QUEUE', sim.queues],
    ['DISTRIBUTION', sim.distributions],
    ['LOSS', sim.losses],
    ['SOURCE', sim.sources],
    ['CONTROLLER', sim.controllers],
    ['RECOVERY', sim.recoveries],
    ['GROWTH', sim.growths],
    ['SLOW_START', sim.slowStarts],
    ['ECN', sim.ecns],
  ];
  const groups = [
    ['SIM', uppered(sim.constants)],
    ['STOP', uppered(sim.stops)],
    ['FLOW_LIMIT', uppered(sim.flowLimits)],
    ['FLOW_STATE', uppered(sim.flowStates)],
    ['FLOW_COLUMN', indices(sim.flowColumns)],
    ['LINK_COLUMN', indices(sim.linkColumns)],
    ['GROUP_COLUMN', indices(sim.groupColumns)],
    ['COMPLETION_COLUMN', indices(sim.completionColumns)],
    ['HISTOGRAM_COLUMN', indices(sim.histogramColumns)],
    ['FLOW_SERIES', indices(sim.flowSeries)],
    ['LINK_SERIES', indices(sim.linkSeries)],
  ];
  // WebAssembly reads a parameter block by number, TypeScript writes it by name.
  const blocks = Object.entries(sim.parameters).map(([block, names]) => [`${upper(block)}_PARAMETER`, names]);
  return {
    'wasm/generated/sim.ts':
      header('sim') +
      constants([
        ...kinds.map(([prefix, members]) => [prefix, uppered(members)]),
        ...groups,
        ...blocks.map(([prefix, names]) => [prefix, indices(names)]),
        ['COUNT', { FLOW_SERIES: sim.flowSeries.length, LINK_SERIES: sim.linkSeries.length }],
      ]),
    'src/generated/sim.ts': header('sim') + objects([...kinds, ...groups]) + blocks.map(nameList).join(''),
  };
}

function uppered(members) {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [upper(name), value]));
}

function nameList([prefix, names]) {
  return `\nexport const ${prefix}S = [\n${names.map((name) => `  '${name}',\n`).join('')}] as const;\n`;
}
