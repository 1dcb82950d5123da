import {
  loadQuery,
  OCTET_COUNTERS,
  type PortLoads,
  portLoadsOf,
  readingsOf,
  readingsQuery,
} from '../../fabric/index.js';
import type { PortReadings } from '../../twine/index.js';
import type { FabricAccount } from './account.js';

const TIMEOUT_MS = 15_000;
const WINDOW = '1d';
/** The service reads counters once a minute; one reading may be missing. */
const APART_S = 120;

/**
 * What the ports of FABRIC's switches carried lately, from its metrics service. Where that cannot be reached, or does not
 * say, nothing is known of any port: `undefined`.
 */
export async function readPortLoads(account: FabricAccount): Promise<PortLoads | undefined> {
  try {
    return portLoadsOf(
      await Promise.all(Object.values(OCTET_COUNTERS).map(async (counter) => ask(account, loadQuery(counter, WINDOW)))),
    );
  } catch {
    return undefined;
  }
}

/** Readings of the octets of some ports of a site around a time, by port; none where the service does not say. */
export async function readPortReadings(
  account: FabricAccount,
  site: string,
  ports: readonly string[],
  fromUs: number,
  toUs: number,
): Promise<ReadonlyMap<string, PortReadings>> {
  const time = toUs / 1e6 + APART_S;
  const readings = async (counter: string) => {
    const query = readingsQuery(counter, site, ports, time - (fromUs / 1e6 - APART_S));
    return readingsOf(query === undefined ? undefined : await ask(account, query, String(time)));
  };
  try {
    const [into, out] = await Promise.all([readings(OCTET_COUNTERS.in), readings(OCTET_COUNTERS.out)]);
    return new Map(ports.map((port) => [port, { in: into.get(port) ?? [], out: out.get(port) ?? [] }]));
  } catch {
    return new Map();
  }
}

async function ask({ metricsUrl, token }: FabricAccount, query: string, time?: string): Promise<unknown> {
  const response = await fetch(`${metricsUrl}/query`, {
    method: 'POST',
    headers: {
      Authorization: `fabric-token ${await token()}`,
      'Content-Type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ query, ...(time && { time }) }).toString(),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  return await response.json();
}
