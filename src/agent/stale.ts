import { ERROR } from '../base/index.js';
import type { AgentEvent } from './events.js';
import type { Flow } from './flow.js';
import type { AgentProgram } from './programs.js';

/** Whether a report of so many fields can be of the program: libccp counts those with an initial value, or all. */
export function isOf(program: AgentProgram, programUid: number, fields: number): boolean {
  return programUid === program.uid && (fields === program.fields || fields === program.scope.reports.length);
}

/** What is told of a report that is not of the program its flow runs. */
export function staleReport({ peer, sockId, program }: Flow, programUid: number, fields: number): AgentEvent {
  return {
    kind: 'staleReport',
    code: ERROR.MOORING_ERR_AGENT_STALE_REPORT,
    address: peer.address,
    sockId,
    programUid,
    expectedUid: program?.uid,
    fields,
    expectedFields: program?.fields ?? 0,
  };
}
