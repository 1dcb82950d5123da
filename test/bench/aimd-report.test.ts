import { expect, test } from 'vitest';
import { Agent } from '../../src/agent/index.js';
import { Aimd } from '../../src/algorithms/index.js';
import { AIMD_REPORT } from '../../src/bench/aimd-report.js';
import { decodeMessage, encodeMessage } from '../../src/wire/index.js';

// The benches of the agent count answers: a report the algorithm does not take would be waited for without end.
test('a report of the benches is one of the program that AIMD runs, and is answered with a window', () => {
  const agent = new Agent({ algorithms: { aimd: Aimd } });
  const info = { initCwnd: 14_480, mss: 1448, srcIp: 1, srcPort: 1, dstIp: 2, dstPort: 2 };
  agent.handle(encodeMessage({ type: 'create', sid: 1, ...info }), 'bench', 0);
  const report = encodeMessage({ type: 'measure', sid: 1, programUid: 1, fields: [...AIMD_REPORT] });
  const { messages, events } = agent.handle(report, 'bench', 0);
  expect(events).toEqual([]);
  expect(messages.map(({ bytes }) => decodeMessage(bytes))).toMatchObject([
    { ok: true, message: { type: 'updateField', sid: 1 } },
  ]);
});
