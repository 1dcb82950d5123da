import { presetScenario, type Scenario } from '../../sim/index.js';

/** A network that algorithms are compared on, without its flows. */
export interface Cell {
  readonly name: string;
  readonly network: Omit<Scenario, 'flows'>;
  /** Flows of an algorithm that is alone there; 1 where it is not said. */
  readonly count?: number;
  /** What else is said of each flow. */
  readonly flow?: Omit<Scenario['flows'][number], 'algorithm'>;
}

/** Networks by a name, and where they come from. */
export interface Suite {
  readonly about: string;
  readonly cells: readonly Cell[];
}

/** The preset's link; its trace is made when it is asked for. */
function lte(name: string): Cell {
  return {
    name,
    get network() {
      const { flows: _, ...network } = presetScenario('cellular');
      return { ...network, measureFrom: '10s' } as Cell['network'];
    },
  };
}

const path = (rate: string, rtt: string, queue: string, seconds: number, more: Partial<Scenario> = {}) =>
  ({ rate, rtt, queue, duration: `${seconds}s`, measureFrom: `${seconds / 6}s`, ...more }) as Cell['network'];

/** What `mooring compare --on` knows. */
export const SUITES = {
  basic: {
    about: 'a clean path, one that loses, a shallow and a deep queue',
    cells: [
      { name: '20Mbit 40ms', network: path('20Mbit', '40ms', '1bdp', 30) },
      { name: '1 % loss', network: path('20Mbit', '40ms', '1bdp', 30, { loss: 0.01 }) },
      { name: '0.25 BDP', network: path('20Mbit', '40ms', '0.25bdp', 30) },
      { name: '8 BDP', network: path('20Mbit', '40ms', '8bdp', 30) },
    ],
  },
  tcpeval: {
    about: 'after the common TCP evaluation suite (Andrew et al., PFLDnet 2008): its basic paths, rates scaled down',
    cells: [
      { name: 'access', network: path('100Mbit', '60ms', '1bdp', 30), count: 4 },
      { name: 'wireless', network: path('20Mbit', '30ms', '1bdp', 30, { loss: 0.002 }), count: 2 },
      { name: 'satellite', network: path('40Mbit', '600ms', '1bdp', 120, { loss: 0.0001 }), count: 2 },
      { name: 'transoceanic', network: path('200Mbit', '150ms', '0.2bdp', 60), count: 4 },
      { name: 'dial-up', network: path('64kbit', '100ms', '16pkt', 120) },
    ],
  },
  pantheon: {
    about: "Pantheon's calibrated paths (Yan et al., USENIX ATC 2018), at their mean rates",
    cells: [
      { name: 'Nepal, Wi-Fi', network: path('570kbit', '56ms', '14pkt', 60, { loss: 0.0477 }) },
      { name: 'Mexico, cellular', network: path('2.64Mbit', '176ms', '130pkt', 60) },
      { name: 'Colombia, cellular', network: path('3.04Mbit', '260ms', '426pkt', 60) },
      { name: 'India, wired', network: path('100.42Mbit', '54ms', '173pkt', 30) },
      { name: 'China, wired', network: path('77.72Mbit', '102ms', '94pkt', 30, { loss: 0.0006 }) },
      { name: 'Mexico, wired', network: path('114.68Mbit', '90ms', '450pkt', 30) },
    ],
  },
  ccp: {
    about: 'the links of figure 10 of Restructuring Endpoint Congestion Control (SIGCOMM 2018)',
    cells: [
      { name: 'fixed', network: path('96Mbit', '20ms', '1bdp', 30) },
      lte('cellular'),
      { name: '0.01 % loss', network: path('96Mbit', '20ms', '1bdp', 30, { loss: 0.0001 }) },
    ],
  },
  bufferbloat: {
    about: 'one path, queues from half a bandwidth-delay product to 32',
    cells: [0.5, 2, 8, 32].map((bdp) => ({ name: `${bdp} BDP`, network: path('10Mbit', '40ms', `${bdp}bdp`, 60) })),
  },
  fairness: {
    about: 'several flows of one algorithm: at once, one after the other, of unequal round trips',
    cells: [
      { name: '2 flows', network: path('20Mbit', '40ms', '1bdp', 60), count: 2 },
      { name: '10 flows', network: path('50Mbit', '40ms', '1bdp', 60), count: 10 },
      { name: 'late comer', network: path('20Mbit', '40ms', '2bdp', 60), count: 2, flow: { stagger: '8s' } },
    ],
  },
  datacentre: {
    about: 'a switch port that marks: 1 Gbit/s, 100 µs',
    cells: [
      { name: '2 flows', network: datacentre(), count: 2, flow: { ecn: true } },
      { name: '16 flows', network: datacentre(), count: 16, flow: { ecn: true } },
      { name: 'incast of 32', network: datacentre(), count: 32, flow: { ecn: true, size: '64KB' } },
    ],
  },
  cellular: {
    about: 'a synthetic LTE trace, and a rate that steps',
    cells: [
      lte('LTE'),
      {
        name: 'steps',
        network: {
          links: [
            {
              rate: '20Mbit',
              delay: '25ms',
              queue: '400pkt',
              steps: [5, 10, 15, 20, 25].map((at, index) => ({
                at: `${at}s` as const,
                rate: index % 2 === 0 ? ('4Mbit' as const) : ('20Mbit' as const),
              })),
            },
          ],
          duration: '30s',
        },
      },
    ],
  },
} as const satisfies Record<string, Suite>;

function datacentre(): Cell['network'] {
  return {
    rate: '1Gbit',
    rtt: '100us',
    queue: { kind: 'step', limit: '250pkt', markAt: '20pkt' },
    duration: '1s',
    measureFrom: '100ms',
  };
}

/** A name of {@link SUITES}. */
export type SuiteName = keyof typeof SUITES;
