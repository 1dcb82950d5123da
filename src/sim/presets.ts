import type { Scenario } from './scenario.js';
import { linkTrace } from './traces.js';

/** A named scenario of a kind people ask about. */
export interface Preset {
  readonly name: PresetName;
  readonly description: string;
  readonly scenario: Scenario;
}

/** Names of the presets. */
export type PresetName = 'lan' | 'cellular' | 'satellite' | 'bufferbloat' | 'fairness';

/**
 * The scenario of a preset, for you to change.
 *
 * @example
 * ```ts
 * const scenario = { ...presetScenario('satellite'), duration: '10s' };
 * ```
 */
export function presetScenario(name: PresetName): Scenario {
  return structuredClone(PRESETS.find((preset) => preset.name === name)!.scenario);
}

/** The presets, in the order `mooring sim --help` lists them. */
export const PRESETS: readonly Preset[] = [
  {
    name: 'lan',
    description: 'four flows through one switch port: 1 Gbit/s, 0.5 ms, 256 packets',
    scenario: {
      name: 'lan',
      rate: '1Gbit',
      rtt: '500us',
      queue: '256pkt',
      flows: [{ algorithm: 'cubic', count: 4, stagger: '50ms' }],
      duration: '5s',
    },
  },
  {
    name: 'cellular',
    description: 'one download over a synthetic LTE link: 0.3 to 40 Mbit/s within seconds, 50 ms, deep buffer',
    get scenario() {
      cellular ??= cellularScenario();
      return cellular;
    },
  },
  {
    name: 'satellite',
    description: 'two downloads over a geostationary hop: 20 Mbit/s, 600 ms, 0.05 % loss, 2 Mbit/s way back',
    scenario: {
      name: 'satellite',
      rtt: '600ms',
      links: [{ rate: '20Mbit', delay: '300ms', queue: '1bdp', loss: 0.0005 }],
      ackPath: { rate: '2Mbit', queue: '200pkt' },
      flows: [{ algorithm: 'cubic', count: 2, stagger: '5s' }],
      duration: '120s',
    },
  },
  {
    name: 'bufferbloat',
    description: 'an upload and web-like short flows behind one home router: 10 Mbit/s, 30 ms, twenty BDPs of buffer',
    scenario: {
      name: 'bufferbloat',
      rate: '10Mbit',
      rtt: '30ms',
      queue: '20bdp',
      flows: [
        { name: 'upload', algorithm: 'cubic' },
        {
          name: 'web',
          algorithm: 'cubic',
          start: '5s',
          arrivals: { perSecond: 2, size: { distribution: 'lognormal', median: '20KB', sigma: 1 } },
        },
      ],
      duration: '60s',
    },
  },
  {
    name: 'fairness',
    description: 'four flows that join ten seconds apart: 48 Mbit/s, 40 ms, one BDP of buffer',
    scenario: {
      name: 'fairness',
      rate: '48Mbit',
      rtt: '40ms',
      queue: '1bdp',
      flows: [{ algorithm: 'cubic', count: 4, stagger: '10s' }],
      duration: '80s',
      measureFrom: '40s',
    },
  },
];

/** Made when first asked for: whoever starts another scenario need not wait for its trace. */
let cellular: Scenario | undefined;

function cellularScenario(): Scenario {
  return {
    name: 'cellular',
    links: [
      {
        trace: linkTrace('lte', { seed: 4 }),
        delay: '25ms',
        queue: '800pkt',
        jitter: { distribution: 'exponential', mean: '1ms' },
      },
    ],
    flows: [{ algorithm: 'cubic' }],
    duration: '60s',
  };
}
