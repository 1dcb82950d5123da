import type { FormatAddress } from './excerpts.js';
import { factsOfKey, type KeyFacts, proofOf } from './multipath-keys.js';
import type { Long } from './multipath-options.js';
import {
  distance,
  type MultipathTally,
  noOptions,
  type Subflow,
  type SubflowSide,
  shifted,
} from './multipath-tally.js';
import type {
  MultipathAddress,
  MultipathAnalysis,
  MultipathConnection,
  MultipathDirection,
  MultipathOptionName,
  MultipathResetReason,
  MultipathStatus,
  MultipathSubflow,
} from './multipath-types.js';

/** Figures of a TCP connection's row. */
export interface RowFigures {
  readonly uniqueBytes: readonly [forward: number, backward: number];
  /** SYNs of the side that answered. */
  readonly answers: number;
}

/** A subflow in its connection. */
interface Member {
  readonly subflow: Subflow;
  readonly kind: MultipathSubflow['kind'];
  readonly reversed: boolean;
}

interface Group {
  readonly version: number | null;
  readonly facts: readonly [KeyFacts | null, KeyFacts | null];
  readonly members: Member[];
}

/** Joins subflows to connections by their tokens (RFC 8684 3.2). `rowOf` gives the figures of a TCP connection. */
export async function joinSubflows(
  tally: MultipathTally,
  rowOf: (connection: number) => RowFigures | undefined,
  formatAddress: FormatAddress,
): Promise<MultipathAnalysis> {
  const subflows = [...tally.subflows.values()].sort((a, b) => a.connection - b.connection);
  const groups: Group[] = [];
  // The last connection with a token is the one that a later subflow joins.
  const byToken = new Map<number, { group: Group; side: 0 | 1 }>();
  for (const subflow of subflows) {
    if (subflow.token !== null) {
      const known = byToken.get(subflow.token);
      if (known) {
        known.group.members.push({ subflow, kind: 'join', reversed: known.side === 0 });
        continue;
      }
      // The connection began before the capture: those who join it name it by one token or the other.
      const group: Group = {
        version: null,
        facts: [null, null],
        members: [{ subflow, kind: 'join', reversed: false }],
      };
      byToken.set(subflow.token, { group, side: 1 });
      groups.push(group);
      continue;
    }
    const isInitial = subflow.sides.some(({ capable }) => capable);
    const version = isInitial ? subflow.version : null;
    const facts = await Promise.all(
      subflow.sides.map(({ key }) => (key && version !== null ? factsOfKey(version, key) : null)),
    );
    const group: Group = {
      version,
      facts: [facts[0]!, facts[1]!],
      members: [{ subflow, kind: isInitial ? 'initial' : 'midway', reversed: false }],
    };
    groups.push(group);
    for (const side of [0, 1] as const) {
      const { token } = facts[side] ?? {};
      if (token !== undefined) byToken.set(token, { group, side });
    }
  }
  const connections: MultipathConnection[] = [];
  for (const group of groups) connections.push(await describe(group, connections.length + 1, rowOf, formatAddress));
  return { connections, subflowsDropped: tally.dropped };
}

async function describe(
  group: Group,
  number: number,
  rowOf: (connection: number) => RowFigures | undefined,
  formatAddress: FormatAddress,
): Promise<MultipathConnection> {
  const rows = group.members.map(({ subflow }) => rowOf(subflow.connection));
  const subflows: MultipathSubflow[] = [];
  for (const [index, member] of group.members.entries()) {
    const { subflow, kind, reversed } = member;
    const [opener, answerer] = subflow.sides;
    subflows.push({
      connection: subflow.connection,
      kind,
      reversed,
      backup: opener.backup || answerer.backup,
      srcAddressId: opener.addressId,
      dstAddressId: answerer.addressId,
      authentic: await authenticity(group, member),
      resetReason: reasonOf(opener.resetReason ?? answerer.resetReason),
      forwardBytes: rows[index]?.uniqueBytes[0] ?? null,
      backwardBytes: rows[index]?.uniqueBytes[1] ?? null,
    });
  }
  return {
    number,
    version: group.version,
    status: statusOf(group, rows[0]),
    srcToken: group.facts[0]?.token ?? null,
    dstToken: group.facts[1]?.token ?? null,
    subflows,
    forward: direction(group, rows, 0, formatAddress),
    backward: direction(group, rows, 1, formatAddress),
  };
}

function statusOf({ members }: Group, row: RowFigures | undefined): MultipathStatus {
  const { subflow, kind } = members[0]!;
  const sides = members.flatMap((member) => member.subflow.sides);
  if (sides.some(({ fellBack }) => fellBack)) return 'fallback';
  if (kind !== 'initial') return 'midway';
  const [opener, answerer] = subflow.sides;
  const answered = Object.values(answerer.options).some((count) => count > 0);
  if (opener.capable && !answered) return row && row.answers > 0 ? 'refused' : 'begun';
  if (sides.some(({ options }) => options.dss > 0) || members.length > 1) return 'established';
  // spec: RFC 8684 3.7: data without a mapping is plain TCP.
  const unmapped = row && (row.uniqueBytes[0] > opener.firstBytes || row.uniqueBytes[1] > answerer.firstBytes);
  return unmapped ? 'fallback' : 'begun';
}

function direction(
  group: Group,
  rows: ReadonlyArray<RowFigures | undefined>,
  of: 0 | 1,
  formatAddress: FormatAddress,
): MultipathDirection {
  const sides = group.members.map(({ subflow, reversed }) => subflow.sides[reversed ? 1 - of : of]!);
  const bytes = group.members.map(({ reversed }, i) => rows[i]?.uniqueBytes[reversed ? 1 - of : of] ?? null);
  const subflowBytes = bytes.reduce<number | null>((sum, one) => (sum === null || one === null ? null : sum + one), 0);
  const { dataBytes, ackedBytes } = dataOf(sides, group.facts[of]?.initialDataSequence ?? null);
  const options = noOptions();
  for (const side of sides)
    for (const [name, count] of Object.entries(side.options)) options[name as MultipathOptionName] += count;
  return {
    subflowBytes,
    dataBytes,
    reinjectedBytes: subflowBytes === null || dataBytes === null ? null : Math.max(0, subflowBytes - dataBytes),
    ackedBytes,
    finished: sides.some(({ finished }) => finished),
    addresses: sides.flatMap(({ addresses }) => addresses.map((one) => toAddress(one, formatAddress))),
    options,
  };
}

// Data of one side by its own sequence numbers: from the first there is, where the key tells it, or from the first seen.
function dataOf(
  sides: readonly SubflowSide[],
  initial: Long | null,
): { readonly dataBytes: number | null; readonly ackedBytes: number | null } {
  const first = initial && shifted(initial, 1);
  const firstBytes = Math.max(0, ...sides.map((side) => side.firstBytes));
  const based = sides.filter((side) => side.base !== null);
  const anchor = first ?? (based[0]?.base as Long | undefined) ?? null;
  let low = first ? 0 : Number.POSITIVE_INFINITY;
  let high = first && firstBytes ? firstBytes : Number.NEGATIVE_INFINITY;
  let acked = Number.NEGATIVE_INFINITY;
  for (const side of based) {
    const from = offsetOf(side, anchor!);
    low = Math.min(low, from + side.low);
    high = Math.max(high, from + side.high);
    acked = Math.max(acked, from + side.acked);
  }
  if (!Number.isFinite(high)) return { dataBytes: firstBytes || null, ackedBytes: first && acked >= 0 ? acked : null };
  const dataBytes = Math.max(0, high - low);
  // The DATA_FIN is acknowledged as a byte is.
  return { dataBytes, ackedBytes: first && acked >= 0 ? Math.min(acked, dataBytes) : null };
}

// Where the positions of a side begin; with short numbers alone, their low halves tell.
function offsetOf({ base }: SubflowSide, anchor: { readonly high: number | null; readonly low: number }): number {
  if (base!.high !== null && anchor.high !== null) return distance(base as Long, anchor as Long);
  return (base!.low - anchor.low) | 0;
}

// A SYN that names a token may be anybody's; the proofs that follow it are not.
async function authenticity(
  { members, version, facts }: Group,
  { subflow, kind, reversed }: Member,
): Promise<boolean | null> {
  const initial = members[0]!;
  const keys = initial.subflow.sides.map(({ key }) => key);
  if (kind !== 'join' || version === null || !facts[0] || !keys[0] || !keys[1]) return null;
  const [opener, answerer] = subflow.sides;
  if (opener.nonce === null || answerer.nonce === null) return null;
  const [own, other] = reversed ? [keys[1], keys[0]] : [keys[0], keys[1]];
  const expected = [
    await proofOf(version, [own, other], [opener.nonce, answerer.nonce]),
    await proofOf(version, [other, own], [answerer.nonce, opener.nonce]),
  ];
  const checks = [opener, answerer].flatMap(({ hmac }, i) =>
    hmac && expected[i] ? [hmac.every((byte, at) => byte === expected[i]![at])] : [],
  );
  if (checks.includes(false)) return false;
  return checks.length === 2 ? true : null;
}

const REASONS: readonly MultipathResetReason[] = [
  'unspecified',
  'protocol',
  'resources',
  'prohibited',
  'outstanding-data',
  'performance',
  'middlebox',
];

function reasonOf(reason: number | null): MultipathResetReason | null {
  return reason === null ? null : (REASONS[reason] ?? 'unknown');
}

function toAddress(
  { id, address, port, removed }: SubflowSide['addresses'][number],
  formatAddress: FormatAddress,
): MultipathAddress {
  return { id, address: address && formatAddress(mapped(address)), port, removed };
}

function mapped(address: Uint8Array): Uint8Array {
  return address.length === 4 ? Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...address]) : address;
}
