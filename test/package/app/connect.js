// An agent on a unix socket, and a datapath beside it whose flow it has to take over: `node` on the PATH runs that one.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AlgBase } from 'mooring';
import { connect } from 'mooring/node';
import { outcome } from './probe.js';

const PROGRAM =
  '(def (Report (volatile acked 0))) (when (> Micros Flow.rtt_sample_us) (:= Report.acked Ack.bytes_acked) (report) (reset))';
const folder = mkdtempSync(join(tmpdir(), 'mooring-connect-'));
const path = join(folder, 'agent');

const found = await outcome(async () => {
  let reported;
  const report = new Promise((resolve) => {
    reported = resolve;
  });
  class Steady extends AlgBase {
    onCreate() {
      this.datapath.install(PROGRAM);
    }

    onReport() {
      reported('a report was answered');
    }
  }
  const agent = await connect('unix', Steady, { socket: { path } });
  const command = ['node_modules/mooring/dist/cli.js', 'datapath', '--agent', path, '--path', join(folder, 'datapath')];
  const datapath = spawn('node', [...command, '--flows', '1', '--duration', '20s'], { stdio: 'ignore' });
  const ended = new Promise((resolve) => datapath.on('close', () => resolve('the datapath heard no answer')));
  const said = await Promise.race([report, ended]);
  datapath.kill();
  await ended;
  await agent.close();
  return said;
});
rmSync(folder, { recursive: true });
console.log(JSON.stringify(found));
process.exit(0);
