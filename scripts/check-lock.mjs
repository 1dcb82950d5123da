// Whether package-lock.json holds every package of every platform: those a package offers as optional are left out where
// the file was written on a machine that could not use them, and `npm ci` refuses it elsewhere.
//   mend: in an empty folder with package.json alone, npm install --package-lock-only, and take its package-lock.json
import { readFileSync } from 'node:fs';

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const faults = [];

for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies'])
  for (const [name, range] of Object.entries(manifest[kind] ?? {}))
    if (packages['']?.[kind]?.[name] !== range)
      faults.push(`${name}: package.json asks for ${range}, the lock file does not`);

for (const [path, entry] of Object.entries(packages)) {
  if (entry.resolved) faults.push(`${path}: names the host of a registry`);
  if (path !== '' && !entry.integrity && !entry.link && !entry.inBundle) faults.push(`${path}: has no hash`);
  const needed = { ...entry.dependencies, ...entry.optionalDependencies, ...requiredPeers(entry) };
  for (const name of Object.keys(needed))
    if (!resolves(path, name)) faults.push(`${path || 'the package'}: ${name} is missing`);
}
for (const fault of faults) console.error(`package-lock.json: ${fault}`);
process.exit(faults.length ? 1 : 0);

function requiredPeers({ peerDependencies = {}, peerDependenciesMeta = {} }) {
  return Object.fromEntries(Object.entries(peerDependencies).filter(([name]) => !peerDependenciesMeta[name]?.optional));
}

/** As Node looks for it: in the package's own folder, then in each above. */
function resolves(path, name) {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))) {
    if (packages[`${folder && `${folder}/`}node_modules/${name}`]) return true;
    if (folder === '') return false;
  }
}
