import { ALGORITHMS, type Algorithm } from '../algorithms/index.js';
import { unreachable } from '../base/index.js';
import { CONTROLLER } from '../generated/sim.js';
import type { Tell } from './quantity.js';

// Who moves a flow's window: an algorithm behind an agent, or a sender built into the engine.

/** A sender built into the engine, as spec/sim.json lists them. */
export type BuiltinSender = Exclude<keyof typeof CONTROLLER, 'ccp'>;

/** A CCP algorithm by name or class, or a sender built into the engine. */
export type Sender =
  | { readonly kind: 'ccp'; readonly algorithm: string | Algorithm }
  | { readonly kind: 'builtin'; readonly name: BuiltinSender };

const PREFIX = 'builtin:';

/** Senders that live in the engine, without an agent: references to compare with. */
export const BUILTIN_SENDERS: readonly string[] = Object.keys(CONTROLLER)
  .filter(isBuiltin)
  .map((name) => PREFIX + name);

/** What a scenario's `algorithm` means. `refuse` is told of a name nobody has. */
export function readAlgorithm(algorithm: string | Algorithm, refuse: Tell): Sender {
  if (typeof algorithm !== 'string') return { kind: 'ccp', algorithm };
  const sender = algorithm.startsWith(PREFIX) ? algorithm.slice(PREFIX.length) : '';
  if (isBuiltin(sender)) return { kind: 'builtin', name: sender };
  const known = [...Object.keys(ALGORITHMS), ...BUILTIN_SENDERS];
  if (!known.includes(algorithm)) refuse([], `no algorithm is called "${algorithm}": there are ${known.join(', ')}`);
  return { kind: 'ccp', algorithm };
}

/** What an algorithm is called in results. */
export function algorithmName(algorithm: string | Algorithm): string {
  if (typeof algorithm === 'string') return algorithm;
  const { name } = typeof algorithm === 'function' ? algorithm : algorithm.constructor;
  return name && name !== 'Object' ? name : 'custom';
}

/** The name of a group's algorithm, as a scenario writes it. */
export function algorithmText(algorithm: Sender): string {
  switch (algorithm.kind) {
    case 'builtin':
      return PREFIX + algorithm.name;
    case 'ccp':
      return algorithmName(algorithm.algorithm);
    default:
      return unreachable(algorithm, 'algorithm');
  }
}

/** The engine's number for whoever moves the window. */
export function controllerOf(algorithm: Sender): number {
  switch (algorithm.kind) {
    case 'builtin':
      return CONTROLLER[algorithm.name];
    case 'ccp':
      return CONTROLLER.ccp;
    default:
      return unreachable(algorithm, 'algorithm');
  }
}

function isBuiltin(name: string): name is BuiltinSender {
  return name !== 'ccp' && Object.hasOwn(CONTROLLER, name);
}
