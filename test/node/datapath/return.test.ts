import { findHelper } from 'mooring/node';
import { describe, expect, it } from 'vitest';
import { until } from '../../until.js';
import { liveFolder } from '../agent/live.js';

const noHelper = findHelper().addon ? false : 'no C compiler: the helper was not built';
const { fresh, live, peer } = liveFolder('return');

describe.skipIf(noHelper)('our datapath whose agent has ended', () => {
  it('says READY and every CREATE to the next, of flows too that never had a program', async () => {
    const path = fresh('agent');
    const sids = new Set<number>();
    const order: string[] = [];
    const listen = ({ hear }: ReturnType<typeof peer>) => {
      for (const message of hear()) {
        order.push(message.type);
        if (message.type === 'create') sids.add(message.sid);
      }
      return sids.size === 30;
    };
    const first = peer('@nobody', path);
    live(path, 30);
    await until('all are announced', () => listen(first));
    first.end();
    // It looks five times a second: one that ends and is there again between two looks is not missed.
    await new Promise((resolve) => setTimeout(resolve, 600));
    sids.clear();
    order.length = 0;
    const second = peer('@nobody', path);
    await until('all are announced again', () => listen(second));
    expect(order[0]).toBe('ready');
  });
});
