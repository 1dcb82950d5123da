import { presetScenario, type Scenario } from '../sim/index.js';

type Network = Omit<Scenario, 'flows'>;

/** The fixed link of section 5.1: 96 Mbit/s, 20 ms, one product of buffer. */
export const FIXED: Network = { rate: '96Mbit', rtt: '20ms', queue: '1bdp' };

/** The links of figure 10 by the paper's names for them. */
export const LINKS: Readonly<Record<'fixed' | 'cell' | 'drop', Network>> = {
  fixed: FIXED,
  cell: {
    rtt: '20ms',
    links: [{ trace: presetScenario('cellular').links![0]!.trace!, delay: '10ms', queue: '100pkt' }],
  },
  drop: { rate: '96Mbit', rtt: '20ms', queue: '100000pkt', loss: 0.0001 },
};
