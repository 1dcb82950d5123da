// What `mooring init alg NAME` writes: an algorithm that works, the test that holds it, and the scenario to look at it in.

/** A file to write, by its name. */
export interface NewFile {
  readonly name: string;
  readonly text: string;
}

/** Names become a file and a class: `my-alg` is `my-alg.ts` and `MyAlg`. */
export const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** The files of an algorithm called `name`, in TypeScript or JavaScript. */
export function algorithmFiles(name: string, language: 'ts' | 'js'): readonly NewFile[] {
  const typed = language === 'ts';
  const className = name.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());
  const file = `${name}.${typed ? 'ts' : 'mjs'}`;
  return [
    { name: file, text: algorithm(className, typed) },
    { name: `${name}.test.mjs`, text: test(className, name, file) },
    { name: `${name}.scenario.json`, text: scenario() },
  ];
}

function algorithm(className: string, typed: boolean): string {
  return `import { AlgBase${typed ? ', type Report' : ''} } from 'mooring';

// Runs in the datapath on every ACK: sums what was acknowledged and reports once a round trip.
const PROGRAM = \`
(def (Report (volatile acked 0) (volatile lost 0) (volatile rtt 0)))
(when true
  (:= Report.acked (+ Report.acked Ack.bytes_acked))
  (:= Report.lost (+ Report.lost Ack.lost_pkts_sample))
  (:= Report.rtt Flow.rtt_sample_us)
  (fallthrough))
(when (> Micros Flow.rtt_sample_us) (report) (:= Micros 0))\`;

/** Adds a segment a round trip, halves at a loss. One instance a flow; change \`onReport\` to make it yours. */
export default class ${className} extends AlgBase${typed ? '<typeof PROGRAM>' : ''} {
  cwndBytes = this.datapathInfo.initCwnd;

  ${typed ? 'override ' : ''}onCreate() {
    this.datapath.install(PROGRAM);
    this.datapath.updateField('Cwnd', this.cwndBytes);
  }

  ${typed ? 'override ' : ''}onReport(r${typed ? ': Report<typeof PROGRAM>' : ''}) {
    const { mss } = this.datapathInfo;
    if (r.lost > 0) this.cwndBytes = Math.max(2 * mss, this.cwndBytes / 2);
    else this.cwndBytes += (mss * r.acked) / this.cwndBytes;
    this.datapath.updateField('Cwnd', Math.floor(this.cwndBytes));
  }
}
`;
}

function test(className: string, name: string, file: string): string {
  return `// node --test ${name}.test.mjs
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import test from 'node:test';

// The command reads TypeScript and JavaScript alike. The same seed gives the same digits on every machine.
const run = (...options) =>
  JSON.parse(execFileSync('npx', ['mooring', 'sim', '--alg', './${file}', '--json', ...options], { encoding: 'utf8' }));

test('${className} fills a link it has for itself', () => {
  const { summary, failures } = run('--rate', '12Mbit', '--rtt', '40ms', '--queue', '1bdp', '--duration', '30s');
  assert.deepEqual(failures, []);
  assert.ok(summary.utilisation > 0.9, \`uses \${(100 * summary.utilisation).toFixed(1)} % of the link\`);
});

test('two flows of ${className} share it', () => {
  const { summary } = run('--flows', '2', '--duration', '60s');
  assert.ok(summary.jain > 0.9, \`Jain's index \${summary.jain}\`);
});
`;
}

function scenario(): string {
  return `${JSON.stringify(
    {
      rate: '12Mbit',
      rtt: '40ms',
      queue: '1bdp',
      flows: [
        { algorithm: 'cubic', start: '0s' },
        { algorithm: 'cubic', start: '10s' },
      ],
      duration: '60s',
      seed: 1,
    },
    null,
    2,
  )}\n`;
}
