import { findHelper } from 'mooring/node';
import { describe, expect, it, vi } from 'vitest';
import { killAtRandom } from '../../../scripts/killed.mjs';

// The long form, with other sizes and with portus and libccp in the place of either: node scripts/killed.mjs
const rounds = Number(process.env['MOORING_KILL_ROUNDS'] ?? 3);
const seed = Number(process.env['MOORING_KILL_SEED'] ?? Date.now() % 1_000_000);
const noHelper = findHelper().addon ? false : 'no C compiler: the helper was not built';

vi.setConfig({ testTimeout: rounds * 120_000 + 120_000 });

describe.skipIf(noHelper)(`kill -9, ${rounds} times, seed ${seed}`, () => {
  it.each([1, 200].flatMap((flows) => [1, 2].map((workers) => [flows, workers] as const)))(
    '%i flows are controlled again, whoever was killed; %i workers',
    async (flows, workers) => {
      const { tookMs } = await killAtRandom({ flows, workers, rounds, seed });
      expect(tookMs.agent.length + tookMs.datapath.length).toBe(rounds);
    },
  );
});
