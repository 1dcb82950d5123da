// Versions and the changelog (Keep a Changelog 1.1.0, Semantic Versioning 2.0.0).

const VERSION = /^(\d+)\.(\d+)\.(\d+)(?:-[\w.-]+)?$/;

/** The version after `current`: one given, or the next patch, minor or major. */
export function nextVersion(current, asked = current) {
  const [, major, minor, patch] = (VERSION.exec(current) ?? []).map(Number);
  const next = {
    major: `${major + 1}.0.0`,
    minor: `${major}.${minor + 1}.0`,
    patch: `${major}.${minor}.${patch + 1}`,
  };
  const version = Object.hasOwn(next, asked) ? next[asked] : asked;
  if (VERSION.test(version)) return version;
  throw new Error(`"${asked}" is no version: give X.Y.Z, patch, minor or major`);
}

/** What the changelog says of a version: its own section, or what is not released yet. Throws where neither says anything. */
export function changelogOf(changelog, version) {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((text) => headed(text, version)) ?? sections.find((text) => headed(text, 'Unreleased'));
  const entries = section?.match(/^- /gm)?.length ?? 0;
  if (entries > 0) return section;
  throw new Error(`no entry under "## ${version}" or "## Unreleased"`);
}

/** The changelog with what was not released yet under its version and date. */
export function dated(changelog, version, date) {
  if (changelog.split(/^## /m).some((text) => headed(text, version))) return changelog;
  return changelog.replace(
    /^## \[?Unreleased\]?$/m,
    `## Unreleased\n\n## ${version} - ${date.toISOString().slice(0, 10)}`,
  );
}

function headed(section, title) {
  return new RegExp(`^\\[?${title.replaceAll('.', '\\.')}\\]?(\\s|$)`).test(section);
}
