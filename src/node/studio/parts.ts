// The files of the studio by the paths a page asks for. dist/studio stands beside the bundle this file becomes part of; its
// workers are those of the package.
const PARTS = ['index.html', 'main.js', 'style.css', 'start.json'];
const WORKERS = ['sim.js', 'capture.js'];

export const STUDIO_FILES: ReadonlyMap<string, URL> = new Map([
  ...PARTS.map((name) => [name, new URL(`./studio/${name}`, import.meta.url)] as const),
  ...WORKERS.map((name) => [`workers/${name}`, new URL(`./workers/${name}`, import.meta.url)] as const),
]);
