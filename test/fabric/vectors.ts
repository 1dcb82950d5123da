import { existsSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../../shared/vectors/fabric/', import.meta.url);

/** Whether the recorded answers of FABRIC's own parts are beside the checkout. */
export const RECORDED = existsSync(FOLDER);

/** The rows of one file of recorded answers, none where they are not here. */
export function rowsOf<Row>(file: string): Row[] {
  if (!RECORDED) return [];
  const text = readFileSync(new URL(file, FOLDER), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
}
