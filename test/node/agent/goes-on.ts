import type { LiveDatapathState } from 'mooring/node';
import { until } from '../../until.js';

/** Every flow has reported `more` times since, and got a window for it. */
export async function goesOn(datapath: { state(): LiveDatapathState }, more = 5): Promise<void> {
  const before = datapath.state().flows.map(({ reports }) => reports);
  await until('every flow goes on', () =>
    datapath
      .state()
      .flows.every(({ reports, cwndBytes }, i) => reports >= (before[i] ?? 0) + more && cwndBytes > 20_000),
  );
}
