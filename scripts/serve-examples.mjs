// Serves the examples that are pages, to this machine only.
//   node scripts/serve-examples.mjs [port]
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../examples');
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

const server = createServer(async (request, response) => {
  const path = decodePath(request.url);
  if (path === null || (request.method !== 'GET' && request.method !== 'HEAD'))
    return end(response, 400, 'bad request');
  if (path === sep) return end(response, 200, await index(), types['.html']);
  const file = join(root, path.endsWith(sep) ? join(path, 'index.html') : path);
  const found = await stat(file).catch(() => null);
  if (found?.isDirectory()) {
    response.writeHead(301, { location: `${new URL(request.url, 'http://localhost').pathname}/` });
    response.end();
    return;
  }
  if (!found) return end(response, 404, 'no such file');
  // Cross-origin isolation gives pages SharedArrayBuffer.
  response.writeHead(200, {
    'content-type': types[extname(file)] ?? 'application/octet-stream',
    'content-length': found.size,
    'cache-control': 'no-cache',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
    // Workers do not inherit a page's policy, so every file carries it: nothing may be sent anywhere.
    'content-security-policy':
      "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'none'",
  });
  if (request.method === 'HEAD') response.end();
  else createReadStream(file).pipe(response);
});

server.on('error', (error) => {
  console.error(`examples: ${error.message}`);
  process.exit(1);
});
server.listen(Number(process.argv[2] ?? process.env.PORT ?? 8080), '127.0.0.1', () => {
  console.log(`examples: http://127.0.0.1:${server.address().port}/`);
});

/** The path inside examples/, or null for one that is none. */
function decodePath(url) {
  try {
    const path = normalize(decodeURIComponent(new URL(url, 'http://localhost').pathname));
    return path.includes('\0') || path.split(sep).includes('..') ? null : path;
  } catch {
    return null;
  }
}

async function index() {
  const folders = await readdir(root, { withFileTypes: true });
  const pages = [];
  for (const folder of folders) {
    if (folder.isDirectory() && (await stat(join(root, folder.name, 'index.html')).catch(() => null)))
      pages.push(`<li><a href="/${folder.name}/">${folder.name}</a>`);
  }
  return `<!doctype html><meta charset="utf-8"><title>Mooring examples</title><h1>Mooring examples</h1><ul>${pages.join('')}</ul>`;
}

function end(response, status, text, type = 'text/plain; charset=utf-8') {
  response.writeHead(status, { 'content-type': type });
  response.end(text);
}
