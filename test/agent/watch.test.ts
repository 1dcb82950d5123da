import { Agent, Aimd, encodeMessage, flowRows, setField, watchFlows } from 'mooring';
import { describe, expect, it } from 'vitest';

const AT = '/tmp/ccp/dp';
const create = (sid: number) =>
  encodeMessage({
    ...{ type: 'create', sid, initCwnd: 14_480, mss: 1448 },
    ...{ srcIp: 1, srcPort: 2, dstIp: 3, dstPort: 4 },
  } as const);
// acked, loss, timeout, used, inflight, rtt
const report = (sid: number, ...fields: number[]) => encodeMessage({ type: 'measure', sid, programUid: 1, fields });

function watched() {
  const agent = new Agent({ algorithms: { aimd: Aimd } });
  agent.handle(create(1), AT, 0);
  agent.handle(create(2), AT, 0);
  return agent;
}

describe('an agent that is watched', () => {
  it('tells all flows first, then those that changed, with values and sums of their reports', () => {
    const agent = watched();
    const first = watchFlows(agent, 10);
    expect(first.began.map(({ number, info }) => [number, info.sockId])).toEqual([
      [0, 1],
      [1, 2],
    ]);
    expect(first.programs.map(({ uid, controls }) => [uid, controls])).toEqual([[1, ['slack', 'window']]]);
    agent.handle(report(2, 1448, 1, 0, 1448, 2896, 20_000), AT, 10);
    agent.handle(report(2, 2896, 1, 0, 1448, 2896, 21_000), AT, 20);
    const { began, ended, programs, rows } = watchFlows(agent, 10);
    expect([began, ended, programs]).toEqual([[], [], []]);
    const [row, ...others] = [...flowRows(rows)];
    expect(others).toEqual([]);
    expect(row).toMatchObject({ number: 1, reports: 2, programUid: 1 });
    expect([...row!.last]).toEqual([2896, 1, 0, 1448, 2896, 21_000]);
    expect([...row!.sums]).toEqual([4344, 2, 0, 2896, 5792, 41_000]);
    expect(watchFlows(agent, 10).rows).toHaveLength(0);
  });

  it('says what its fields are of, whatever they are called', () => {
    const [program] = watchFlows(watched(), 10).programs;
    expect(program!.fields).toEqual([
      { name: 'acked', of: 'Ack.bytes_acked', adds: true },
      { name: 'loss', of: 'Ack.lost_pkts_sample', adds: true },
      { name: 'timeout', of: 'Flow.was_timeout', adds: false },
      { name: 'used', of: 'Ack.bytes_acked', adds: true },
      { name: 'inflight', of: 'Flow.bytes_in_flight', adds: false },
      { name: 'rtt', of: 'Flow.rtt_sample_us', adds: false },
    ]);
  });

  it('tells which ended, counts those beyond the bound, and begins anew after 0', () => {
    const agent = watched();
    expect(watchFlows(agent, 1)).toMatchObject({ left: 1, began: [{ number: 0 }] });
    agent.handle(encodeMessage({ type: 'measure', sid: 1, programUid: 0, fields: [] }), AT, 5);
    expect(watchFlows(agent, 1)).toMatchObject({ left: 1, ended: [0] });
    watchFlows(agent, 0);
    expect(watchFlows(agent, 10).began).toHaveLength(1);
  });

  it('reads no row that is cut', () => {
    const agent = watched();
    watchFlows(agent, 10);
    agent.handle(report(1, 1448, 0, 0, 1448, 2896, 20_000), AT, 10);
    const { rows } = watchFlows(agent, 10);
    for (let length = 0; length < rows.length; length += 1)
      expect([...flowRows(rows.subarray(0, length))], `${length}`).toEqual([]);
  });
});

describe('a field that is set by hand', () => {
  const of = { address: AT, sockId: 1 };
  const set = (agent: Agent, field: string, value: number | bigint, sockId = 1) =>
    setField(agent, { ...of, sockId }, field, value, 100);

  it('goes to the datapath and is told', () => {
    const agent = watched();
    const { messages, events } = set(agent, 'Cwnd', 2896);
    expect(messages).toHaveLength(1);
    expect(events).toEqual([{ kind: 'fieldSet', ...of, field: 'Cwnd', value: 2896 }]);
    expect(set(agent, 'slack', 2n ** 60n).events).toMatchObject([{ kind: 'fieldSet', value: String(2n ** 60n) }]);
  });

  it.each([
    ['Cwnd', 10, 1, 'from a segment, 1448'],
    ['Cwnd', 2 ** 32, 1, 'from a segment, 1448'],
    ['Rate', 0, 1, 'from 1 to'],
    ['Rate', 2 ** 32, 1, 'from 1 to'],
    ['slack', 1.5, 1, 'whole number'],
    ['slack', -1, 1, 'whole number'],
    ['Report.acked', 5, 1, 'report register'],
    ['nothing', 5, 1, 'not in the program'],
    ['Cwnd', 2896, 9, 'no such flow'],
  ])('is refused with the reason: %s %d of flow %d', (field, value, sockId, why) => {
    const { messages, events } = set(watched(), field, value, sockId);
    expect(messages).toEqual([]);
    expect(events).toMatchObject([{ kind: 'fieldRefused', field, sockId, message: expect.stringContaining(why) }]);
  });
});
