// A copy of the tree to make mutants in: what they change or are built to is copied, so that none reaches the tree
// itself; what is only read is linked.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const BUILT = ['dist', 'src/generated/wasm'];
const READ = ['node_modules', 'helper/build', 'docs'];

/** Makes the copy and gives the files of the tree that it holds. */
export function copyTree(to) {
  rmSync(to, { recursive: true, force: true });
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { encoding: 'utf8' }).split('\n');
  const files = listed.filter(
    (file) => file !== '' && existsSync(file) && !READ.some((it) => file.startsWith(`${it}/`)),
  );
  for (const file of files) put(file, to);
  for (const folder of BUILT) {
    if (!existsSync(folder)) throw new Error(`mutate: ${folder} is not built: run npm run build first`);
    put(folder, to);
  }
  for (const folder of READ) if (existsSync(folder)) link(folder, join(to, folder));
  if (existsSync('../shared')) link('../shared', join(dirname(to), 'shared'));
  return files;
}

// Through links, whatever stands there: a checkout may share its built files with another.
function put(path, to) {
  mkdirSync(dirname(join(to, path)), { recursive: true });
  cpSync(path, join(to, path), { recursive: true, dereference: true });
}

function link(from, to) {
  rmSync(to, { force: true });
  mkdirSync(dirname(to), { recursive: true });
  symlinkSync(resolve(from), to);
}
