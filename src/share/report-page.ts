// A report: one file that needs nothing else, opens from a disk and reaches no network. What it may do stands in it: run the
// one script that is inside, and show pictures that are inside.

/**
 * A report as HTML. `data` is what its script shows, `script` that of the package (dist/report.js); `sha256` gives the hash of
 * a text in base64.
 */
export async function reportPage(
  data: { readonly title: string },
  script: string,
  sha256: (text: string) => Promise<string> | string,
): Promise<string> {
  // `<` may not stand in either element: names come from outside and could close it.
  const json = JSON.stringify(data).replaceAll('<', '\\u003c');
  const inside = script.replaceAll('</script', '<\\/script');
  const policy = `default-src 'none'; script-src 'sha256-${await sha256(inside)}'; img-src data:; form-action 'none'; base-uri 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escapeHtml(data.title)}</title>
<link rel="icon" href="data:,">
</head>
<body>
<main><noscript>This report draws its plots with JavaScript.</noscript></main>
<script type="application/json" id="data">${json}</script>
<script>${inside}</script>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
