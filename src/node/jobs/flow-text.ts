import { ERROR, MooringError } from '../../base/index.js';
import type { Scenario } from '../../sim/index.js';

/** One group of flows, as a scenario has it. */
type FlowGroup = Scenario['flows'][number];

/** How the value of a field is read: as it stands, as a number, as yes or no, or as either of the two last texts. */
const FIELDS = {
  name: 'text',
  start: 'text',
  stagger: 'text',
  stop: 'text',
  size: 'text',
  rtt: 'text',
  accessDelay: 'text',
  accessRate: 'text',
  receiveWindow: 'text',
  minRto: 'text',
  recovery: 'text',
  growth: 'text',
  slowStart: 'text',
  count: 'number',
  jitter: 'number',
  mssBytes: 'number',
  initialCwndPackets: 'number',
  handshake: 'flag',
  delayedAcks: 'flag',
  pacing: 'flag',
  ecn: 'flag or text',
} as const;

/** What `--flow` knows beside the fields of a scenario. */
export const FLOW_FIELDS: readonly string[] = ['alg', ...Object.keys(FIELDS), 'rate'];

/**
 * `alg=./bbr.ts,count=2,start=5s,rtt=80ms` as a group of flows; `rate` is that of its source. The schema of scenarios
 * checks the values afterwards. Throws MOORING_ERR_BAD_ARGUMENT.
 */
export function parseFlow(text: string): FlowGroup {
  const flow: Record<string, unknown> = {};
  for (const part of text.split(',')) {
    const [key, value] = splitOnce(part.trim());
    if (value === undefined || value === '') throw refused(text, `"${part}" is not NAME=VALUE`);
    const name = key === 'alg' ? 'algorithm' : key === 'rate' ? 'source' : key;
    if (Object.hasOwn(flow, name)) throw refused(text, `${key} is given twice`);
    if (name === 'algorithm') flow[name] = value;
    else if (name === 'source') flow[name] = { kind: 'rate', rate: value };
    else flow[name] = read(text, key, value);
  }
  if (flow['algorithm'] === undefined) throw refused(text, 'alg is missing');
  return flow as FlowGroup;
}

function read(text: string, key: string, value: string): unknown {
  if (!Object.hasOwn(FIELDS, key)) throw refused(text, `there is no ${key}: there are ${FLOW_FIELDS.join(', ')}`);
  const kind = FIELDS[key as keyof typeof FIELDS];
  if (kind === 'text') return value;
  if (kind === 'number') {
    const number = Number(value);
    if (!Number.isFinite(number)) throw refused(text, `${key} wants a number, not "${value}"`);
    return number;
  }
  if (/^(true|yes|on)$/.test(value)) return true;
  if (/^(false|no|off)$/.test(value)) return false;
  if (kind === 'flag') throw refused(text, `${key} wants true or false, not "${value}"`);
  return value;
}

function splitOnce(part: string): [string, string | undefined] {
  const at = part.indexOf('=');
  return at < 0 ? [part, undefined] : [part.slice(0, at), part.slice(at + 1)];
}

function refused(text: string, why: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, `--flow ${text}: ${why}`, { argument: 'flow', value: text });
}
