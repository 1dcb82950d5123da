import { type AlgorithmObject, createFlowHandler, type FlowControl, Reno } from '../algorithms/index.js';

const EACH_ROUND_TRIP = '(when (> Micros Report.rtt)';

/**
 * Reno whose program reports at every ACK, or every so many microseconds, instead of once a round trip; losses are
 * told at once all the same.
 */
export function createIntervalReno(every: 'ack' | number): AlgorithmObject {
  const when = every === 'ack' ? '(when true' : `(when (> Micros ${every})`;
  return {
    newFlow: (datapath, info) => createFlowHandler(Reno, installing(datapath, when), info),
  };
}

/** The flow's own handle with another `install`: one that passed every call on would cost what is to be measured. */
function installing(datapath: FlowControl, when: string): FlowControl {
  const install = datapath.install.bind(datapath);
  return Object.defineProperty(datapath, 'install', {
    value: (...[text, options]: Parameters<FlowControl['install']>) => {
      if (!text.includes(EACH_ROUND_TRIP)) throw new Error("Reno's program reports otherwise than this figure thinks");
      return install(text.replace(EACH_ROUND_TRIP, when), options);
    },
  });
}
