import { type PortLoads, portLoadsOf } from '../../fabric/index.js';
import type { FabricAccount } from './account.js';

const TIMEOUT_MS = 15_000;
const WINDOW = '1d';

/**
 * What the ports of FABRIC's switches carried lately, from its metrics service. Where that cannot be reached, or does not
 * say, nothing is known of any port: `undefined`.
 */
export async function readPortLoads({ metricsUrl, token }: FabricAccount): Promise<PortLoads | undefined> {
  const ask = async (metric: string): Promise<unknown> => {
    const response = await fetch(`${metricsUrl}/query`, {
      method: 'POST',
      headers: {
        Authorization: `fabric-token ${await token()}`,
        'Content-Type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ query: `rate(${metric}{job="data-sw"}[${WINDOW}])` }).toString(),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return await response.json();
  };
  try {
    return portLoadsOf(await Promise.all([ask('ifHCInOctets'), ask('ifHCOutOctets')]));
  } catch {
    return undefined;
  }
}
