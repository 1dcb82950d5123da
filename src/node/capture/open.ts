import {
  type Capture,
  type CaptureBytes,
  type OpenCaptureOptions,
  openCapture as openBytes,
} from '../../capture/index.js';
import { fileSource } from './files.js';
import { nodeDecompressors } from './zlib.js';

/** Paths, file URLs, `-` for standard input, and everything the host-free `openCapture` takes. */
export type CaptureSource = string | URL | CaptureBytes;

/**
 * `openCapture` for Node: takes paths beside bytes, and unpacks with Node's zlib. See the host-free
 * one for what it does. Throws MOORING_ERR_CAPTURE_UNREADABLE where a file cannot be read.
 *
 * @example
 * ```ts
 * try {
 *   const capture = await openCaptureFiles(['left.pcap.gz', 'right.pcapng']);
 *   const { connections } = await capture.analyse({ filter: { ports: [443] } });
 *   console.log(connections.length);
 * } catch (error) {
 *   console.log(String(error)); // left.pcap.gz: no such file
 * }
 * ```
 */
export async function openCaptureFiles(
  source: CaptureSource | readonly CaptureSource[],
  options: OpenCaptureOptions = {},
): Promise<Capture> {
  const inputs = Array.isArray(source) ? (source as readonly CaptureSource[]) : [source as CaptureSource];
  const sources = inputs.map((input) =>
    typeof input === 'string' || input instanceof URL ? fileSource(input) : (input as CaptureBytes),
  );
  return openBytes(sources, { decompressors: { ...nodeDecompressors(), ...options.decompressors } });
}
