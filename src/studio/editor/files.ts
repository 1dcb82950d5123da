/** A datapath program by its name; everything else that is open is TypeScript. */
export function isProgramFile(name: string): boolean {
  return name.endsWith('.ccp');
}

/** Names of files that are code here. */
export const CODE_FILE = /\.(?:[cm]?[jt]s|ccp)$/i;
