import type { FabricAccount } from './account.js';

const TIMEOUT_MS = 20_000;

/** Versions the services of an account say they have; null where one does not say, or does not answer. */
export async function readVersions({
  url,
  credmgrUrl,
  coreApiUrl,
}: FabricAccount): Promise<Record<string, string | null>> {
  const services = { orchestrator: `${url}/version`, credmgr: `${credmgrUrl}/credmgr/version` };
  const said = Object.entries({ ...services, coreApi: `${coreApiUrl}/version` }).map(
    async ([name, address]) => [name, await versionAt(address)] as const,
  );
  return Object.fromEntries(await Promise.all(said));
}

async function versionAt(address: string): Promise<string | null> {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const body: unknown = await response.json();
    const rows = (body as { data?: unknown; results?: unknown })?.data ?? (body as { results?: unknown })?.results;
    const version = Array.isArray(rows) ? (rows[0] as { version?: unknown } | null)?.version : undefined;
    return typeof version === 'string' ? version : null;
  } catch {
    return null;
  }
}

/**
 * Milliseconds by which the orchestrator's clock is ahead of ours, as the `Date` of an answer tells it: to a second.
 * `undefined` where it does not. Throws what a request throws that is not answered.
 */
export async function readClock({ url }: FabricAccount): Promise<number | undefined> {
  const sentMs = Date.now();
  const response = await fetch(`${url}/version`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  const middleMs = (sentMs + Date.now()) / 2;
  await response.arrayBuffer();
  const dateMs = Date.parse(response.headers.get('date') ?? '');
  // The header is cut to whole seconds.
  return Number.isNaN(dateMs) ? undefined : dateMs + 500 - middleMs;
}
