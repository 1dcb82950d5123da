import { type Run, runBytes } from '../../run/index.js';

const known = new WeakMap<Run, string>();

/** SHA-256 of what a run says, hexadecimal; null where this page may not compute it, being served neither from here nor over TLS. */
export async function fingerprint(run: Run): Promise<string | null> {
  const before = known.get(run);
  if (before !== undefined) return before;
  // Only in a secure context.
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined;
  if (!subtle) return null;
  const parts = await runBytes(run);
  const whole = await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer();
  const digest = new Uint8Array(await subtle.digest('SHA-256', whole));
  const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  known.set(run, sha256);
  return sha256;
}

/** Says what the fingerprint of a run is that was thinned since, so that it could not be computed any more. */
export function setFingerprint(run: Run, sha256: string): void {
  known.set(run, sha256);
}
