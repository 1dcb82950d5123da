// Files named on the command line: its server hands them to the page that was given its token, and to no other.

/** Those files; none where the page is served by somebody else. */
export async function namedFiles(): Promise<File[]> {
  const token = new URLSearchParams(location.search).get('token');
  if (token === null) return [];
  const list = await fetch(new URL(`files/${encodeURIComponent(token)}/`, document.baseURI));
  if (!list.ok) throw new Error('the command that opened this page has ended, or its token is another: start it again');
  const names = (await list.json()) as readonly string[];
  return Promise.all(
    names.map(async (name, index) => {
      const response = await fetch(new URL(`files/${encodeURIComponent(token)}/${index}`, document.baseURI));
      if (!response.ok) throw new Error(`${name}: ${await response.text()}`);
      return new File([await response.blob()], name);
    }),
  );
}
