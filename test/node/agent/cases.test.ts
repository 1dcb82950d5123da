import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { AlgBase, compile, encodeMessage, type Report } from 'mooring';
import { connect, createChannel, serveWebSocket } from 'mooring/node';
import { simulate } from 'mooring/sim';
import { describe, expect, it } from 'vitest';
import { Agent } from '../../../src/agent/index.js';
import { until } from '../../until.js';

// What went wrong once, by its name in the list: done again here, or where the test of its mechanism stands.
const LIST = '../shared/cases/agent/cases.jsonl';
const there = existsSync(LIST);
if (!there) console.log(`test/node/agent/cases: skipped, no ${LIST}`);

type Case = (() => unknown) | readonly [file: string, name: string];

const link = { rate: '100Mbit', rtt: '40ms', queue: '1bdp', duration: '30s' } as const;
const create = (sid: number) =>
  encodeMessage({ type: 'create', sid, initCwnd: 14_480, mss: 1448, srcIp: 1, srcPort: 1, dstIp: 1, dstPort: 1 });
const close = encodeMessage({ type: 'measure', sid: 1, programUid: 0, fields: [] });
const COUNTS = '(def (Report (volatile a 0))) (when true (:= Report.a Ack.bytes_acked) (report))';

function installs(text: string, onReport: (report: Report) => void = () => {}) {
  return class Installs extends AlgBase {
    override onCreate() {
      this.datapath.install(text);
    }
    override onReport(report: Report) {
      onReport(report);
    }
  };
}

function said(text: string): string {
  const compiled = compile(text);
  const findings = compiled.ok ? compiled.warnings : compiled.diagnostics;
  return findings.map(({ code, message, hint = '' }) => `${code} ${message} ${hint}`).join('\n');
}

/** An agent of one flow that fails so: everything it tells is a plain value. */
function failsWith(error: () => unknown) {
  class Fails extends AlgBase {
    override onCreate() {
      throw error();
    }
    override onReport() {}
  }
  const agent = new Agent({ algorithms: { fails: Fails } });
  const { events } = agent.handle(create(1), 'x', 0);
  expect(events.map(({ kind }) => kind)).toContain('algorithmFailed');
  expect(() => structuredClone(events)).not.toThrow();
  expect(JSON.parse(JSON.stringify(events))).toEqual(events);
}

const CASES: Readonly<Record<string, Case>> = {
  'cc-app-limited-cubic': () => {
    const { series } = simulate({ ...link, flows: [{ algorithm: 'cubic', receiveWindow: '64KiB' }] });
    expect(series.flows[0]!.cwndBytes.at(-1)! / 1448).toBeLessThan(110);
  },
  'cc-onoff-loss': ['test/sim/unused-windows.test.ts', 'a source that comes and goes'],
  'agent-restart-unix': [
    'test/node/agent/adoption.test.ts',
    'is followed by one that controls every flow of our datapath',
  ],
  'agent-json-duration': ['test/cli/agent.test.ts', 'has its statistics when --duration ends it'],
  'sim-util-measureFrom-trace': () => {
    const trace = [0, 1, 2, 3, 40, 41, 42, 43, 44, 99];
    const { links, summary } = simulate({
      links: [{ trace, delay: '20ms', queue: '64KiB' }],
      duration: '20s',
      measureFrom: '5s',
      flows: [{ algorithm: 'cubic' }],
    });
    expect(links.every(({ utilisation }) => utilisation !== null && utilisation <= 1)).toBe(true);
    expect(summary.utilisation).toBeLessThanOrEqual(1);
  },
  'vm-error-invisible': () => {
    const text =
      '(def (Report (volatile x 0))) (when true (:= Report.x (- Flow.packets_in_flight 100)) (fallthrough)) (when (> Micros 1000) (report))';
    const { notices } = simulate({ ...link, duration: '2s', flows: [{ algorithm: installs(text) }] });
    expect(notices.map(({ message }) => message).join()).toMatch(
      /`\(- Flow\.packets_in_flight 100\)` at 1:55 went below zero \d+ times/,
    );
  },
  'hint-ns': () => expect(said('(def (Report (volatile x 0))) (when (> Ns 3000) (report))')).toMatch(/Micros/),
  'hint-min-rtt': () => expect(said('(def (m 0)) (when true (:= m Flow.min_rtt))')).toMatch(/Flow\.rtt_sample_us/),
  'hint-format': () =>
    expect(said('(def (Report (volatile x 0))) (when (> Micros {}) (report))')).toMatch(/placeholder/),
  'hint-html': () =>
    expect(said('(def (Report (volatile x 0))) (when (&gt; Micros 5) (report))')).toMatch(/copied from a web page/),
  'hint-report-outside': () =>
    expect(said('(def (foo 0)) (when true (:= Report.foo (+ Report.foo 1)) (report))')).toMatch(/outside \(Report/),
  'report-without-reset': () =>
    expect(said('(def (Report (volatile x 0))) (when (> Micros 10000) (report))')).toMatch(/every ACK/),
  'date-now-in-sim': () => {
    const algorithm = installs(COUNTS, () => void Date.now());
    const { notices } = simulate({ ...link, duration: '1s', flows: [{ algorithm }] });
    expect(notices.map(({ message }) => message).join()).toContain('Date.now');
  },
  'report-console-log': () => {
    const printed: string[] = [];
    const algorithm = installs(COUNTS, (report) => void printed.push(inspect(report)));
    const { failures } = simulate({ ...link, duration: '1s', flows: [{ algorithm }] });
    expect(failures).toEqual([]);
    expect(printed[0]).toMatch(/a: \d+/);
  },
  'report-union-type': ['test/algorithms/author-types.test.ts', 'r.program'],
  'ws-url-slashes': [
    'test/node/transports/websocket-faults.test.ts',
    'answers 4xx to every target that is none, and lives',
  ],
  'ws-bigint-event': () => {
    const agent = new Agent({ algorithms: { counts: installs(COUNTS) } });
    agent.handle(create(1), 'x', 0);
    for (const uid of [1, 2, 7]) {
      const fields = [2n ** 60n, 2n ** 60n];
      const { events } = agent.handle(encodeMessage({ type: 'measure', sid: 1, programUid: uid, fields }), 'x', 1);
      expect(JSON.parse(JSON.stringify(events))).toEqual(events);
    }
  },
  'datapaths-exhausted': () => {
    const agent = new Agent({ algorithms: { counts: installs(COUNTS) } });
    for (let i = 0; i < 6000; i += 1) {
      const events = [create(1), close].flatMap((bytes) => agent.handle(bytes, `/tmp/dp${i}`, i * 1e6).events);
      expect(events.map(({ kind }) => kind)).not.toContain('limitReached');
    }
  },
  'async-rejection': ['test/node/agent/supervision.test.ts', "rejectsLater: 'later'"],
  'error-not-cloneable': () => failsWith(() => Object.assign(new Error('x'), { message: () => 1 })),
  'record-disk-full': [
    'test/node/agent/recorder.test.ts',
    'ends with one event at the last whole line, and control goes on',
  ],
  'shm-traversal': ['test/node/twine/shared-memory.test.ts', 'up the folders'],
  'relay-33000': ['test/node/helper/relay-sizes.test.ts', 'of any size around the largest ends no relay'],
  'relay-announce-room': ['helper/test/frames.c', 'out_has_room'],
  'serve-close-idle': [
    'test/node/transports/websocket-faults.test.ts',
    'ends at once although a connection says nothing',
  ],
  'token-empty': () =>
    expect(serveWebSocket({ port: 0, token: '' })).rejects.toMatchObject({ code: 'MOORING_ERR_BAD_ARGUMENT' }),
  'dup-report-field': async () => {
    const text = readFileSync('../shared/cases/agent/dup-report.ccp', 'utf8');
    const channel = createChannel();
    const agent = await connect(channel.transport, installs(text));
    const kinds: string[] = [];
    const messages: string[] = [];
    agent.events.on((event) => {
      kinds.push(event.kind);
      if (event.kind === 'algorithmFailed') messages.push(event.code);
    });
    channel.datapath().send(create(1));
    await until('it is told', () => kinds.includes('flowCreated'));
    await agent.close();
    expect(messages.filter((code) => code === 'MOORING_ERR_AGENT_ALGORITHM_THREW')).toEqual([]);
  },
  'report-field-toString': () =>
    expect(said('(def (Report (volatile constructor 0) (toString 0))) (when true (report))')).toMatch(/constructor/),
  'sweep-run-file-corrupt': ['test/node/jobs/store.test.ts', 'what is no whole run is done again'],
  'terminal-escapes-tar': ['test/cli/terminal.test.ts', 'names in an archive steer no terminal'],
  'ccp-directory-foreign': ['test/node/helper/foreign.test.ts', 'is refused where another user owns it'],
  'zstd-damaged-empty': () =>
    expect(
      spawnSync(process.execPath, ['dist/cli.js', 'pcap', 'info', '-'], {
        input: Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0xf8, 1, 0, 0, 0),
        encoding: 'utf8',
      }).stderr,
    ).toMatch(/damaged/),
  'npm-ci': () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/check-lock.mjs'], { encoding: 'utf8' });
    expect(status, `${stdout}${stderr}`).toBe(0);
  },
  'stdout-full': ['test/cli/output.test.ts', 'a full disk behind standard output: one clear line and exit 1'],
};

describe.skipIf(!there)('what went wrong once', () => {
  const rows = there ? readFileSync(LIST, 'utf8').trim().split('\n') : [];
  const ids = rows.map((row) => (JSON.parse(row) as { id: string }).id);

  it('is here to the last', () => {
    expect(ids.filter((id) => !(id in CASES))).toEqual([]);
  });

  it.each(Object.entries(CASES))('%s', async (_, check) => {
    if (typeof check === 'function') await check();
    else expect(readFileSync(check[0], 'utf8')).toContain(check[1]);
  });
});
