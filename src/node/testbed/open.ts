import type { TestbedDriver, TestbedKind } from './driver.js';
import { fabric } from './fabric/index.js';
import { refuse } from './failure.js';
import { netns } from './netns/index.js';

/** The kinds there are. A further one is a folder beside `netns` and a row here. */
export const TESTBEDS: Readonly<Record<string, TestbedKind>> = { netns, fabric };

/**
 * The testbed that a reference names: `KIND:NAME`, or a bare `NAME` for one of namespaces on this machine.
 * Throws MOORING_ERR_TESTBED_REFUSED when there is no such kind, or no such testbed.
 *
 * @example
 * ```ts
 * try {
 *   const { sites } = await openTestbed('netns:nowhere').inventory();
 *   console.log(sites.length);
 * } catch (error) {
 *   if (error instanceof MooringError) console.log(error.code); // MOORING_ERR_TESTBED_REFUSED
 * }
 * ```
 */
export function openTestbed(reference: string, kinds: Readonly<Record<string, TestbedKind>> = TESTBEDS): TestbedDriver {
  const [kind, name] = partsOf(reference);
  if (Object.hasOwn(kinds, kind)) return kinds[kind]!.open(name);
  const reason = `there is no kind of testbed ${kind} (kinds: ${Object.keys(kinds).join(', ')}); write KIND:NAME`;
  throw refuse({ class: 'configuration', scope: 'site', reason });
}

function partsOf(reference: string): [kind: string, name: string] {
  const at = reference.indexOf(':');
  return at < 0 ? ['netns', reference] : [reference.slice(0, at), reference.slice(at + 1)];
}
