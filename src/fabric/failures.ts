/** What kind of failure FABRIC told, and with it what can be done: stable. */
export type FailureKind =
  | 'token'
  | 'policy'
  | 'graph'
  | 'name-taken'
  | 'busy'
  | 'maintenance'
  | 'gone'
  | 'lease'
  | 'request'
  | 'resources'
  | 'mirror-source-taken'
  | 'mirror-destination-busy'
  | 'mirror-port-wrong'
  | 'network-transient'
  | 'site'
  | 'consequence'
  | 'gateway'
  | 'unknown';

/** A failure understood. */
export interface Failing {
  readonly kind: FailureKind;
  /** Whether the same request may succeed later, with nothing changed. */
  readonly retryable: boolean;
  /** The cause in one sentence. */
  readonly sentence: string;
}

interface Pattern {
  readonly words: RegExp;
  readonly kind: FailureKind;
  readonly retryable?: true;
  readonly sentence: string | ((match: RegExpExecArray) => string);
}

/** From the most telling to the least; what the orchestrator, its policy, the sites and the network side say. */
const PATTERNS: readonly Pattern[] = [
  {
    words: /Closing reservation due to failure in slice|redeem predecessor reservation# \S+ is in a terminal state/,
    kind: 'consequence',
    sentence: 'it was given up because another part of the slice failed',
  },
  {
    words: /Signature has expired/,
    kind: 'token',
    sentence: 'the token has expired',
  },
  {
    words: /Token: \S+ is revoked/,
    kind: 'token',
    sentence: 'the token has been revoked',
  },
  {
    words: /Unable to validate provided token|Invalid token|[Nn]o authorization token|Invalid authorization header/,
    kind: 'token',
    sentence: 'the token is not valid',
  },
  {
    words: /[Rr]efresh token is invalid or has expired|invalid_grant/,
    kind: 'token',
    sentence: 'the refresh token is not valid any more: a new token must be had from the portal',
  },
  {
    words: /Policy Violation: (?!Policy returned)(.*?)\.?$/m,
    kind: 'policy',
    sentence: (match) => `the project may not do this: ${match[1]}`,
  },
  { words: /PDP (?:Failure|Authorization)/, kind: 'policy', sentence: 'the policy of the testbed does not permit it' },
  { words: /Slice .* already exists/s, kind: 'name-taken', sentence: 'a slice of that name exists already' },
  {
    words: /not yet stable, try again later|Reservation has a pending operation/,
    kind: 'busy',
    retryable: true,
    sentence: 'the slice is being changed at the moment',
  },
  { words: /maintenance mode/, kind: 'maintenance', sentence: 'the testbed is in maintenance' },
  { words: /Site (\S+) in (\S+)/, kind: 'maintenance', sentence: (match) => `the site ${match[1]} is in maintenance` },
  { words: /User# has no Slices|# \S+ not found|already closed/, kind: 'gone', sentence: 'it is not there any more' },
  {
    words: /Lease Time is not in format|is in the past!|term end time is shorter|lease duration|lifetime exceeds/,
    kind: 'lease',
    sentence: 'the time asked for cannot be the end of the lease',
  },
  {
    words: /Insufficient resources ?: ?(.*)|no candidates nodes|No hosts available/i,
    kind: 'resources',
    retryable: true,
    sentence: (match) => `the site cannot give it now${match[1] ? `: ${match[1].trim()}` : ''}`,
  },
  {
    words: /multiple attachments of a traffic class/,
    kind: 'mirror-source-taken',
    retryable: true,
    sentence: 'the port is mirrored by somebody already',
  },
  {
    words: /already configured for use with session/,
    kind: 'mirror-destination-busy',
    retryable: true,
    sentence: 'the receiving port still belongs to an earlier mirror',
  },
  {
    words: /incompatible value/,
    kind: 'mirror-port-wrong',
    sentence: 'the switch knows no port of that name; a VLAN does not belong to it',
  },
  {
    words: /out of sync|NEDCOM|[Cc]onnect timed out|read timeout|Connection refused/,
    kind: 'network-transient',
    retryable: true,
    sentence: 'the network side could not be reached or is not in step with its switch',
  },
  {
    words: /Playbook has failed/,
    kind: 'site',
    retryable: true,
    sentence: 'the site failed to set the machine up',
  },
  {
    words:
      /importing graph|has no parent|peer interfaces|must have property|cannot have \d+ interfaces|regular expression|'NodeID'|has no attribute 'reservation_id'|Capacity (?:or Capacity Hints )?must be specified|Multiple matches found/,
    kind: 'graph',
    sentence: 'the graph that was sent is not one the orchestrator takes',
  },
];

const CAUSE = /, err=(.*?)\s*(?:\(Last ticket update: .*\))?\s*$/s;
const LAST_UPDATE = /\(Last (?:ticket|lease) update: (.*)\)\s*$/s;

/**
 * The cause a text of FABRIC tells: of an answer's error or of a sliver's notice. A notice is there even when all is
 * well; then there is no failure.
 */
export function failureOf(text: string): Failing | undefined {
  const notice = /^Reservation \S+ \(Slice /.test(text);
  const cause = notice ? (CAUSE.exec(text)?.[1] ?? LAST_UPDATE.exec(text)?.[1]) : text;
  if (cause === undefined || (notice && cause.trim() === '')) return undefined;
  for (const { words, kind, retryable, sentence } of PATTERNS) {
    const match = words.exec(cause);
    if (match === null) continue;
    return {
      kind,
      retryable: retryable === true,
      sentence: typeof sentence === 'string' ? sentence : sentence(match),
    };
  }
  return { kind: 'unknown', retryable: false, sentence: cause.trim() || 'it failed without saying why' };
}
