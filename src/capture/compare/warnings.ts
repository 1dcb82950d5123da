import type { CaptureWarning } from '../types.js';
import type { CaptureComparison } from './types.js';

/** What makes figures of a comparison mean less than they say. */
export function warningsOf(found: Omit<CaptureComparison, 'warnings'>): CaptureWarning[] {
  const { clock, a, b, aToB, bToA } = found;
  const warnings: CaptureWarning[] = [];
  const say = (code: CaptureWarning['code'], source: string, message: string): void => {
    warnings.push({ code, source, message });
  };
  const both = [a, b].flatMap(({ files }) => files.map(({ name }) => name)).join(', ');
  if (clock.status === 'unmatched') {
    say(
      'clocks',
      both,
      'no packet was seen at both points: the captures are not of one path at one time, or something between them (a proxy, encryption) sends packets of its own, or nothing in them is seen once at each point',
    );
  }
  if (clock.status === 'unsteady') {
    say(
      'clocks',
      both,
      'the clocks of the captures cannot be joined: one of them was set, or ran at changing speed; losses and order are told, delays are not',
    );
  }
  if (clock.status === 'one-way') {
    say(
      'clocks',
      both,
      'packets travelled one way only, so the offset of the clocks is not known: delays are told above the least alone',
    );
  }
  for (const { files, segmented } of [a, b]) {
    for (const { name, interfaces } of files) {
      const dropped = interfaces.reduce((sum, face) => sum + face.dropped, 0);
      if (dropped === 0) continue;
      const message = `${name}: the capturing machine lost ${dropped} packets; unless TCP tells otherwise they count as lost on the path`;
      say('dropped', name, message);
    }
    if (segmented > 0) {
      const names = files.map(({ name }) => name).join(', ');
      const message = `${names}: ${segmented} packets are larger than any at the other point (offloaded to the card, or put together by it); they were read as segments, all of one time`;
      say('segmented', names, message);
    }
  }
  const givenUp = aToB.givenUp + bToA.givenUp;
  if (givenUp > 0) {
    say('given-up', both, `${givenUp} packets found no room to wait for their like: give more memory (stateBytes)`);
  }
  return warnings;
}
