import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findHelper } from '../helper/index.js';
import { fromDebian } from '../install/index.js';

/** Tools that building a path and sending through it start, and the Debian package of each. */
const TOOLS = {
  ip: 'iproute2',
  tc: 'iproute2',
  ss: 'iproute2',
  ethtool: 'ethtool',
  ping: 'iputils-ping',
  iperf3: 'iperf3',
};

/**
 * Why flows of this kernel cannot be controlled on a path here, in one line with what mends it; undefined where they can.
 *
 * @param more further programs that have to be there, each with the Debian package that has it
 *
 * @example
 * ```ts
 * const missing = whyNoKernelFlows();
 * if (missing !== undefined) console.log(`skipped, ${missing}`);
 * ```
 */
export function whyNoKernelFlows(more: Readonly<Record<string, string>> = {}): string | undefined {
  if (process.platform !== 'linux') return `${process.platform} has no eBPF`;
  if (process.getuid?.() !== 0) return 'it makes namespaces and loads programs into the kernel: run it as root (sudo)';
  if (!existsSync('/sys/kernel/btf/vmlinux')) return 'this kernel does not describe its types (CONFIG_DEBUG_INFO_BTF)';
  for (const [tool, from] of Object.entries({ ...TOOLS, ...more })) {
    if (spawnSync(tool, ['-V'], { stdio: 'ignore' }).error !== undefined) return `no ${tool} here ${fromDebian(from)}`;
  }
  const { program } = findHelper();
  if (program === undefined) return 'the helper is not built (mooring helper build)';
  const { status, stderr } = spawnSync(program, ['bpf', '--check'], { encoding: 'utf8' });
  return status === 0 ? undefined : stderr.trim();
}
