import { ERROR, MooringError } from '../../../base/index.js';
import { failureOf as causeOf, type FailureKind } from '../../../fabric/index.js';
import type { Failure, FailureClass } from '../../../twine/index.js';
import type { SliverSummary } from '../../fabric/index.js';
import { refuse } from '../failure.js';

/** What may go well the next time, for somebody else lets go or a system recovers. */
const TRANSIENT: ReadonlySet<FailureKind> = new Set([
  'busy',
  'gateway',
  'mirror-destination-busy',
  'mirror-source-taken',
  'network-transient',
  'site',
  'unknown',
]);

function classOf(kind: FailureKind): FailureClass {
  if (kind === 'resources' || kind === 'gone') return 'resources';
  return TRANSIENT.has(kind) ? 'transient' : 'configuration';
}

/** An error of the orchestrator's client, or of an edit, as a testbed refuses. Others stay what they are. */
export function refusalOf(error: unknown): unknown {
  if (!(error instanceof MooringError)) return error;
  switch (error.code) {
    case ERROR.MOORING_ERR_FABRIC_ANSWER: {
      const kind = error.detail['cause'] as FailureKind;
      return refuse({ class: classOf(kind), scope: 'site', reason: error.message });
    }
    case ERROR.MOORING_ERR_FABRIC_EDIT:
    case ERROR.MOORING_ERR_FABRIC_CONFIG:
      return refuse({ class: 'configuration', scope: 'site', reason: error.message });
    default:
      return error;
  }
}

/** Why a sliver did not come up; `undefined` where its notice tells nothing. */
export function sliverFailure({ notice }: SliverSummary, scope: Failure['scope']): Failure | undefined {
  const cause = causeOf(notice);
  return cause && { class: classOf(cause.kind), scope, reason: cause.sentence };
}

/** The most telling of what a slice's slivers say: what failed by itself goes before what fell with it. */
export function mostTelling(slivers: readonly SliverSummary[]): Failure {
  const failed = slivers.filter(({ notice }) => causeOf(notice) !== undefined);
  const [first] = [...failed].sort((a, b) => rank(a) - rank(b));
  const failure = first && sliverFailure(first, 'site');
  return failure ?? { class: 'transient', scope: 'site', reason: 'the slice failed and no part of it says why' };
}

const rank = ({ notice }: SliverSummary): number => {
  const kind = causeOf(notice)?.kind;
  return kind === 'consequence' ? 2 : kind === 'unknown' ? 1 : 0;
};
