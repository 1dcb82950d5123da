/** How long each fuzzer runs, s, and from which seed: `npm run fuzz` sets them. */
export const SECONDS = Number(process.env['MOORING_FUZZ_SECONDS'] ?? 10);
export const SEED = Number(process.env['MOORING_FUZZ_SEED'] ?? Date.now() % 0x7fff_ffff);

/** What a fuzzer did, for whoever started it. */
export function tellRan(name: string, counts: Readonly<Record<string, number>>): void {
  process.stderr.write(`fuzz ${name}: seed ${SEED}, ${SECONDS} s: ${JSON.stringify(counts)}\n`);
}
