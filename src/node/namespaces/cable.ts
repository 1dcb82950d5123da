import { run } from '../process/index.js';
import { ipBatch } from './namespace.js';

/** One end of a cable: a device in a namespace. */
export interface CableEnd {
  readonly namespace: string;
  readonly device: string;
  readonly alias?: string | undefined;
}

/** A cable between two namespaces, both ends up; without `offloads` frames are as long as on a wire. */
export async function plugCable(a: CableEnd, b: CableEnd, { offloads = false } = {}): Promise<void> {
  await run([
    ...['ip', 'link', 'add', a.device, 'netns', a.namespace],
    ...['type', 'veth', 'peer', 'name', b.device, 'netns', b.namespace],
  ]);
  for (const { namespace, device, alias } of [a, b]) {
    await ipBatch(namespace, [
      ...(alias === undefined ? [] : [`link set dev ${device} alias ${alias}`]),
      `link set dev ${device} up`,
    ]);
    if (offloads) continue;
    const off = ['tso', 'gso', 'gro', 'tx', 'rx'].flatMap((feature) => [feature, 'off']);
    await run(['ip', 'netns', 'exec', namespace, 'ethtool', '-K', device, ...off]);
  }
}
