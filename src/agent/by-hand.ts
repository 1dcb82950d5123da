import { ERROR, MooringError, type U64 } from '../base/index.js';
import type { Agent } from './agent.js';
import type { AgentEvent, AgentOutputs } from './events.js';
import type { Flow } from './flow.js';
import type { FlowIdentity } from './types.js';

const U32_MAX = 0xffff_ffff;

/**
 * Sets a field of a flow because a person asked for it, and says so. What an algorithm may do by mistake a hand may not: a
 * window below a segment stops the flow, a rate of 0 is none, and beyond 32 bits the datapath would have another number.
 * Throws what `updateField` does, MOORING_ERR_BAD_ARGUMENT for a value out of range and for a flow there is not.
 */
function setByHand(flow: Flow | undefined, name: string, value: U64): void {
  if (!flow) throw refuse('flow', 'there is no such flow any more');
  if (name === 'Cwnd' && flow.program?.hasCwnd !== false) {
    const { mss } = flow.info;
    if (value < mss || value > U32_MAX) {
      throw refuse('value', `Cwnd has to be from a segment, ${mss}, to ${U32_MAX} bytes, not ${value}`);
    }
  }
  if (name === 'Rate' && (value < 1 || value > U32_MAX)) {
    throw refuse('value', `Rate has to be from 1 to ${U32_MAX} bytes/s, not ${value}`);
  }
  flow.updateField(name, value);
}

/**
 * Sets a field of a flow because a person asked for it: `Cwnd`, `Rate` or what its program defines. Told as `fieldSet`, or
 * as `fieldRefused` with the reason: a flow or field there is not, a value out of range.
 *
 * @example
 * ```ts
 * const agent = new Agent({ algorithms: { aimd: Aimd } });
 * const { events } = setField(agent, { address: 'nowhere', sockId: 1 }, 'Cwnd', 14480, 0);
 * console.log(events[0]?.kind); // fieldRefused
 * ```
 */
export function setField(agent: Agent, of: FlowIdentity, field: string, value: U64, nowUs: number): AgentOutputs {
  return agent.withFlow(of, nowUs, (flow) => tryByHand(of, flow, field, value));
}

/** Does so where it can, and gives what is told of it. */
function tryByHand(of: FlowIdentity, flow: Flow | undefined, field: string, value: U64): ByHand {
  const isSafe = typeof value === 'number' || value <= Number.MAX_SAFE_INTEGER;
  const { address, sockId } = of;
  const what = { address, sockId, field, value: isSafe ? Number(value) : String(value) };
  try {
    setByHand(flow, field, value);
    return { kind: 'fieldSet', ...what };
  } catch (error) {
    const { code, message } =
      error instanceof MooringError ? error : { code: ERROR.MOORING_ERR_BAD_ARGUMENT, message: String(error) };
    return { kind: 'fieldRefused', ...what, code, message };
  }
}

type ByHand = AgentEvent & { readonly kind: 'fieldSet' | 'fieldRefused' };

function refuse(argument: string, message: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, `${message}.`, { argument });
}
