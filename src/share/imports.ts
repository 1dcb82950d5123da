/** Modules beside a file, as it imports them. */
const IMPORT = /\bfrom\s*['"]\.\/([\w.-]+)['"]/g;

/**
 * The files that `entries` name and those they import beside them, each once. `beside` gives the file of that name beside
 * another, where there is one.
 */
export function withImports<File extends { readonly text: string }>(
  entries: readonly File[],
  keyOf: (file: File) => string,
  beside: (file: File, name: string) => File | undefined,
): File[] {
  const used = new Map<string, File>();
  const take = (file: File): void => {
    if (used.has(keyOf(file))) return;
    used.set(keyOf(file), file);
    for (const [, wanted = ''] of file.text.matchAll(IMPORT)) {
      const names = [wanted, `${wanted}.ts`, wanted.replace(/\.js$/, '.ts')];
      const found = names.map((name) => beside(file, name)).find((one) => one !== undefined);
      if (found) take(found);
    }
  };
  entries.forEach(take);
  return [...used.values()];
}
