import { constants, header, indices, objects, upper } from './text.mjs';

export function outputs(sim) {
  const groups = [
    ['QUEUE', kinds(sim.queues)],
    ['DISTRIBUTION', kinds(sim.distributions)],
    ['LOSS', kinds(sim.losses)],
    ['SOURCE', kinds(sim.sources)],
    ['CONTROLLER', kinds(sim.controllers)],
    ['STOP', kinds(sim.stops)],
    ['FLOW_STATE', kinds(sim.flowStates)],
    ['FLOW_COLUMN', indices(sim.flowColumns)],
    ['LINK_COLUMN', indices(sim.linkColumns)],
    ['GROUP_COLUMN', indices(sim.groupColumns)],
    ['FLOW_SERIES', indices(sim.flowSeries)],
    ['LINK_SERIES', indices(sim.linkSeries)],
  ];
  return {
    'wasm/generated/sim.ts': header('sim') + constants(groups),
    'src/generated/sim.ts': header('sim') + objects(groups),
  };
}

function kinds(members) {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [upper(name), value]));
}
