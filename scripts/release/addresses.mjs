// What a page of the package needs that a checkout does not: addresses. All follow from `repository` in package.json.

/** `https://host/owner/name` of a manifest's `repository`, or undefined where it names none. */
export function repositoryPage({ repository }) {
  const url = typeof repository === 'string' ? repository : repository?.url;
  return url
    ?.replace(/^git\+/, '')
    .replace(/\.git$/, '')
    .replace(/^(?:ssh:\/\/)?git@([^:/]+)[:/]/, 'https://$1/');
}

/** The manifest with `homepage` and `bugs`, where it says none itself. */
export function withAddresses(manifest) {
  const page = repositoryPage(manifest);
  if (page === undefined) return manifest;
  return { homepage: `${page}#readme`, bugs: `${page}/issues`, ...manifest };
}

/** Markdown whose links and pictures lead to the files of `version`, from wherever it is read. */
export function withAbsoluteLinks(markdown, page, version) {
  return markdown.replace(/(!?)\[([^\]]*)\]\((?![a-z]+:|#)([^)\s]+)\)/g, (_, picture, text, path) => {
    const as = picture ? 'raw' : 'blob';
    return `${picture}[${text}](${page}/${as}/v${version}/${path})`;
  });
}
