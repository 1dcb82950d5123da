/** How files become captures: those that one tool wrote in turn at one point, all of a folder, or each by itself. */
export type JoinFiles = 'rotated' | 'folder' | 'none';

/** Files that are one capture, the capture of one point. */
export interface CapturePoint {
  /** What it is known by however many files it has: the path without what rotation adds to it. */
  readonly stem: string;
  /** In the order of their names. */
  readonly paths: readonly string[];
}

// What tools add to a name when a file is full:
//   tcpdump -C 100 -w a.pcap        a.pcap  a.pcap1  a.pcap2 …        -W 20: a.pcap00 … a.pcap19
//   dumpcap, tshark -b … -w a.pcap  a_00001_20261122180520.pcap  a_00002_20261122180611.pcap …
// tcpdump -z gzip and the like add .gz or .zst behind it.
const PACKED = /\.(?:gz|zst)$/i;
const COUNTED = /^(.*\.(?:pcap|pcapng|cap|dmp))(\d+)$/i;
const DATED = /^(.*)_\d{5,}_\d{14}(\.\w+)$/;
const CAPTURE = /\.(?:pcap|pcapng|ntar|cap|dmp)\d*$/i;

/** Whether a file found in a folder is taken for a capture, by its name. */
export function isCaptureName(name: string): boolean {
  return CAPTURE.test(name.replace(PACKED, ''));
}

/**
 * The captures that `paths` are. Files of other folders are never joined. Captures come in the order of their first
 * file, files in the order of their names, numbers by value: a.pcap2 before a.pcap10.
 */
export function joinFiles(paths: readonly string[], join: JoinFiles): CapturePoint[] {
  const points = new Map<string, string[]>();
  const copies = copiesIn(paths);
  for (const path of new Set(paths)) {
    const stem = copies.has(path) ? path : stemOf(path, join);
    const files = points.get(stem) ?? [];
    files.push(path);
    points.set(stem, files);
  }
  return [...points].map(([stem, files]) => ({ stem, paths: files.sort(byNumbers) }));
}

/** Packed files that stand beside what they were made of: joined, every packet would be there twice. */
function copiesIn(paths: readonly string[]): Set<string> {
  const originals = new Map<string, string>();
  for (const path of paths) {
    const plain = path.replace(PACKED, '');
    const known = originals.get(plain);
    if (known === undefined || path.length < known.length || (path.length === known.length && path < known))
      originals.set(plain, path);
  }
  return new Set(paths.filter((path) => originals.get(path.replace(PACKED, '')) !== path));
}

function stemOf(path: string, join: JoinFiles): string {
  if (join === 'none') return path;
  const cut = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  if (join === 'folder') return cut > 0 ? path.slice(0, cut) : path;
  const folder = path.slice(0, cut + 1);
  const plain = path.slice(cut + 1).replace(PACKED, '');
  const counted = COUNTED.exec(plain);
  if (counted) return folder + counted[1]!;
  const dated = DATED.exec(plain);
  if (dated) return folder + dated[1]! + dated[2]!;
  // The first file of tcpdump -C has no number.
  return CAPTURE.test(plain) ? folder + plain : path;
}

/** Texts in order, the numbers in them by value; a text before what it begins. */
function byNumbers(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.replace(PACKED, '').match(/\d+|\D+/g) ?? []);
  for (let i = 0; i < Math.min(left!.length, right!.length); i += 1) {
    const [x, y] = [left![i]!, right![i]!];
    const order = /^\d/.test(x) && /^\d/.test(y) ? Number(x) - Number(y) : 0;
    if (order !== 0) return order;
    if (x !== y) return x < y ? -1 : 1;
  }
  return left!.length - right!.length || (a < b ? -1 : a > b ? 1 : 0);
}
