import type { OPERATORS } from '../../src/generated/lang.js';
import type { EventForm, Expression } from '../../src/program/index.js';

// What a program means, straight from its tree: a second opinion on the compiler's lowering.
// Arithmetic is libccp's (u64, with its error codes).

export class Abort extends Error {
  constructor(readonly code: number) {
    super(String(code));
  }
}

const U64 = (1n << 64n) - 1n;
const U32 = (1n << 32n) - 1n;

export interface Outcome {
  readonly code: number;
  readonly reported: boolean;
}

/** One invocation on `registers`, which hold the primitives, Cwnd, Rate and Micros already. */
export function invoke(events: readonly EventForm[], registers: Map<string, bigint>): Outcome {
  const flags = { report: false, fallthrough: false };
  const read = (name: string): bigint => registers.get(name) ?? 0n;
  const write = (name: string, value: bigint, enabled: boolean): bigint => {
    if (enabled) registers.set(name, value);
    return read(name);
  };

  const evaluate = (node: Expression, enabled: boolean): bigint => {
    switch (node.kind) {
      case 'number':
        return BigInt(node.value);
      case 'infinity':
        return U32;
      case 'bool':
        return node.value ? 1n : 0n;
      case 'name':
        return read(node.name);
      case 'command':
        if (node.command === 'reset') return write('Micros', 0n, enabled);
        if (enabled) flags[node.command] = true;
        return 1n;
      case 'form':
        if (node.operator === ':=') return assign(node.operands[0]!, node.operands[1]!, enabled);
        return form(node.operator, node.operands, enabled);
    }
  };

  // Each operator is applied before the next operand is looked at: which error ends a program shows.
  const form = (operator: string, [first, ...rest]: readonly Expression[], enabled: boolean): bigint => {
    const start = evaluate(first!, enabled);
    if (operator === '!') return bit(start === 0n);
    return rest.reduce((left, operand) => STEPS[operator as Computing](left, evaluate(operand, enabled)), start);
  };

  const assign = (target: Expression, source: Expression, enabled: boolean): bigint => {
    const name = target.kind === 'name' ? target.name : '';
    if (source.kind === 'form' && (source.operator === 'if' || source.operator === '!if')) {
      const condition = evaluate(source.operands[0]!, enabled) !== 0n;
      const value = evaluate(source.operands[1]!, enabled);
      return write(name, value, enabled && condition === (source.operator === 'if'));
    }
    if (source.kind === 'form' && source.operator === 'ewma') {
      const weight = evaluate(source.operands[0]!, enabled);
      const value = evaluate(source.operands[1]!, enabled);
      const old = read(name);
      const mean = old === 0n ? value : ((weight * old + (10n - weight) * value) & U64) / 10n;
      return write(name, mean, enabled);
    }
    return write(name, evaluate(source, enabled), enabled);
  };

  const run = (node: Expression, enabled: boolean): void => {
    if (node.kind === 'form' && (node.operator === 'if' || node.operator === '!if')) {
      const condition = evaluate(node.operands[0]!, enabled) !== 0n;
      run(node.operands[1]!, enabled && condition === (node.operator === 'if'));
    } else {
      evaluate(node, enabled);
    }
  };

  try {
    for (const { condition, body } of events) {
      if (evaluate(condition, true) === 0n) continue;
      for (const statement of body) if (statement.kind !== 'comment') run(statement, true);
      if (!flags.fallthrough) break;
    }
  } catch (error) {
    if (error instanceof Abort) return { code: error.code, reported: false };
    throw error;
  }
  return { code: 0, reported: flags.report };
}

type Step = (left: bigint, right: bigint) => bigint;

/** An operator that computes a value from two. One without its meaning here does not compile. */
type Computing = Extract<(typeof OPERATORS)[number], { takes: string; least: 2 }>['sign'];

const STEPS: Readonly<Record<Computing, Step>> = {
  '+': add,
  '||': add,
  '*': multiply,
  '&&': multiply,
  '-': (a, b) => {
    if (b > a) throw new Abort(-94);
    return a - b;
  },
  '/': (a, b) => {
    if (b === 0n) throw new Abort(-92);
    return a / b;
  },
  max: (a, b) => {
    if (a > b) return a;
    return b;
  },
  min: (a, b) => {
    if (a < b) return a;
    return b;
  },
  wrapped_max: (a, b) => {
    if (a === 0n) return b;
    if (b === 0n) return a;
    return gap(b, a) < gap(a, b) ? a & U32 : b & U32;
  },
  '==': (a, b) => bit(a === b),
  '!=': (a, b) => bit(a !== b),
  '>': (a, b) => bit(a > b),
  '<': (a, b) => bit(a < b),
  '>=': (a, b) => bit(a >= b),
  '<=': (a, b) => bit(a <= b),
};

function add(a: bigint, b: bigint): bigint {
  if (a + b > U64) throw new Abort(-91);
  return a + b;
}

function multiply(a: bigint, b: bigint): bigint {
  const product = (a * b) & U64;
  if (product < a && b > 0n) throw new Abort(-93);
  return product;
}

function bit(value: boolean): bigint {
  return value ? 1n : 0n;
}

/** How far it is from one 32-bit number up to another, one short where it wraps, as libccp has it. */
function gap(from: bigint, to: bigint): bigint {
  const [a, b] = [from & U32, to & U32];
  return b > a ? b - a : U32 - a + b;
}
