import type { SharedState } from '../../src/share/state.js';

// Links of each version, as they were made. One that was ever made opens for ever: rows are added, none is changed or taken away.

export const LINKS: readonly {
  readonly version: number;
  readonly what: string;
  readonly link: string;
  readonly opens: SharedState;
}[] = [
  {
    version: 1,
    what: 'a scenario as it is',
    link: '#s1.VY9LjgIxDETvUmsLGpiRUO7ACRCLpONpLKWTGceBRavvPgqfBUtXWVWvFtxYq5QMtyPMpajkCQ7DZrcZQKgjZ69S4BaoN4bD1_EUxEBQs34OcwXhr3Hr7j7EXxB-UrlXuPMCn6aiYtcZDmMLMmKlTzUE7U3mteftK9YLITb19uDCYegFlTk-ICurcO1AQbr93QHWlTCWyHDnC0G5tmRwuaVEuAnfn_x54rd4lRg5v96fw4LYtif9Aw',
    opens: {
      version: 2,
      mooring: '0.1.0',
      run: {
        scenario: {
          rate: '48Mbit',
          rtt: '40ms',
          queue: '2bdp',
          flows: [{ algorithm: 'cubic' }, { algorithm: 'bbr', start: '2s' }],
          duration: '30s',
          seed: 1,
          series: { bin: '50ms' },
        },
        code: [],
        result: null,
      },
      pinned: null,
      view: { range: null, hidden: [], rate: 'bit/s' },
    },
  },
  {
    version: 1,
    what: 'with code, a result and a part of the time',
    link: '#s1.pVE9a8MwEP0r4i1ZhCu7uG3UqRkLWUq2JINqnW2BLQVJTgxG_73ICaV774aD-3jv7t2CK_lgnIUsOUbnvLEdJERRFgIcoSGrvHGQC7yKBImy2n-bCA4fIyQqMQZwtIO7BcjjAjV0zpvYj5AYjaUi5rpVIz0SSGcOPXkVV17UuR6INORz4micphXoz8gdI9KcGc14cT6yhX0M3U4FYom13o1s81h_836yJ0vz2qWpVdMQWTOoENjeWGI0R7I6_I4v6WTXnTyFaYj51NCrqn7JOrT_86yMamLIoLH3bur6yxQh6-1WCCE4PpWxzFhNM6QoXmuOkZRlX4cDpJ2GISWOq6Hb_QG2y9JUYjX-Vq_xzNEbrclCHst8xv1Pu6eAlH4A',
    opens: {
      version: 2,
      mooring: '0.1.0',
      run: {
        scenario: {
          rate: '12Mbit',
          rtt: '20ms',
          flows: [{ algorithm: 'mine.ts', name: 'mine' }],
          duration: '5s',
          seed: 3,
        },
        code: [
          {
            name: 'mine.ts',
            text: "import { AlgBase } from 'mooring';\n\nexport default class Mine extends AlgBase {}\n",
          },
        ],
        result: {
          sha256: '0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f',
          facts: { throughput: 5990000, 'Jain index': 0.75, 'mean RTT': null },
        },
      },
      pinned: null,
      view: { range: [2000000, 8500000], hidden: [1], rate: 'B/s' },
    },
  },
  {
    version: 2,
    what: 'two runs that are compared',
    link: '#s1.zZE9T8MwEIb_inULi1XclAA1Ex2RWBAb7eDE18RSci7-gEqR_zuyW1GKYGLBHmzd2Xf3vs8Eb-i8sQSy4jBa6wx1IEHM5jMBHFwkkBP4Fkk5Y_PdqYAgYV49NibkJyGAhEqMHjhsB_vuQb5MoIbOOhP6ESSMhnAWcp7UiMcApA0HHZ0KpT3UOe8RNchF4tBajaXQly-HGgH3uaMZd9YFNrH7oVspjyyxrbMjuziquLhb05pwX15p3Ko4BNYOynv2aAgZ7gOS9p_fp7SmMpNDH4dQZPeqqq-zHdu_7eyMaoPPRUPvbOz6XQwg6-VSCCE4PChDzJDGPUgxu6k5jKiIPT0_g6Q4DCklDjtDlO35kcfV7RmPqwOP14gxZ6tG737F08bGtJD4ebRpXAYSlCt8_XdeC3ECNs8XZ7AIbEzBmQdIJ5D_2dg3g-8HK6nLs1aiLH5bl3PDoTdaI4F8mWcdB8dXl1ngBw',
    opens: {
      version: 2,
      mooring: '0.1.0',
      run: {
        scenario: {
          rate: '12Mbit',
          rtt: '20ms',
          flows: [{ algorithm: 'mine.ts', name: 'mine' }],
          duration: '5s',
          seed: 3,
        },
        code: [
          {
            name: 'mine.ts',
            text: "import { AlgBase } from 'mooring';\n\nexport default class Mine extends AlgBase {}\n",
          },
        ],
        result: {
          sha256: '0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f',
          facts: { throughput: 5990000, 'Jain index': 0.75, 'mean RTT': null },
        },
      },
      pinned: {
        scenario: {
          rate: '48Mbit',
          rtt: '40ms',
          queue: '2bdp',
          flows: [{ algorithm: 'cubic' }, { algorithm: 'bbr', start: '2s' }],
          duration: '30s',
          seed: 1,
          series: { bin: '50ms' },
        },
        code: [],
        result: {
          sha256: '0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f',
          facts: { throughput: 5990000, 'Jain index': 0.75, 'mean RTT': null },
        },
      },
      view: { range: [2000000, 8500000], hidden: [1], rate: 'B/s' },
    },
  },
];
