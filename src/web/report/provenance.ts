import type { Provenance } from '../../run/index.js';
import { append } from '../dom.js';

/** What a run does not know of itself: where it was made, and the SHA-256 of its numbers, null where it was not computed. */
export interface Made {
  readonly machine: string;
  readonly sha256: string | null;
}

/** Where a run comes from: enough to make it again, and to tell whether what comes out is the same. */
export function showProvenance(parent: HTMLElement, of: Provenance, { machine, sha256 }: Made): void {
  const list = append(parent, 'dl', 'provenance');
  const row = (name: string, text: string, tag: 'pre' | 'span' = 'span'): void => {
    append(list, 'dt', '', name);
    append(append(list, 'dd'), tag, '', text);
  };
  row('command', of.command ?? 'none gives it', of.command === null ? 'span' : 'pre');
  if (of.files.length > 0) row('files', of.files.join(', '));
  row('Mooring', of.version ?? 'unknown');
  if (of.seeds.length > 0) row('seeds', of.seeds.join(', '));
  row('machine', machine);
  row('made', of.madeAtEpochUs === null ? 'unknown' : new Date(of.madeAtEpochUs / 1000).toISOString());
  for (const [name, hash] of Object.entries(of.algorithmHashes)) row(`SHA-256 of ${name}`, hash);
  row('SHA-256 of the result', sha256 ?? 'not computed');
}
