import type { Sweep } from '../sweep/index.js';
import { memorySource } from './memory.js';
import type { Provenance, Run } from './model.js';

/** A sweep in the place of a run: it has no time and no flows of its own, and views of sweeps show it. */
export function fromSweep(
  sweep: Sweep,
  {
    title,
    files,
    command,
  }: { readonly title: string; readonly files: readonly string[]; readonly command: string | null },
): Run {
  const { length, planned, keys, base, version } = sweep;
  const varied = keys.map(
    ({ name, values }) => `${name} ${values.length > 6 ? `${values.length} values` : values.join(', ')}`,
  );
  const provenance: Provenance = {
    ...{ source: 'results', files, scenario: base, command, version, seeds: [] },
    ...{ algorithmHashes: {}, madeAtEpochUs: null },
  };
  const missing = planned !== null && planned > length;
  return {
    title,
    about: `${length.toLocaleString('en')} runs: ${varied.join('; ') || 'repeats'}`,
    provenance,
    span: { fromUs: 0, toUs: 1 },
    ...{ flows: [], links: [], series: [] },
    facts: [
      { name: 'runs', value: length, unit: 'none' },
      ...keys.map(({ name, values }) => ({ name: `values of ${name}`, value: values.length, unit: 'none' as const })),
    ],
    warnings: missing ? [`${length} of ${planned} runs are there: the sweep was not finished`] : [],
    source: memorySource([]),
    sweep,
  };
}
