import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { SshHost } from '../node/fabric/index.js';
import { makeFolder } from '../node/files/index.js';
import { run } from '../node/process/index.js';
import { openListener } from '../node/testbed/index.js';
import { atLeast, type Bench, type BenchResult } from './bench.js';
import { median, rounded } from './timing.js';

const SSHD = '/usr/sbin/sshd';
const MEBIBYTES = 512;
const ROUNDS = 5;
/** Of loopback's many addresses one on whose port 22 hardly anybody listens. */
const ADDRESS = '127.77.0.22';

/** How fast a listener's files come home, checked at both ends, beside a copy that nobody checks. */
export const gather: Bench = {
  name: 'gather',
  summary:
    'a file of a listener brought home through a bastion and checked at both ends, beside plain scp the same way',
  missing: () => {
    if (process.getuid?.() !== 0) return "needs root, for a server of OpenSSH's on port 22 of a loopback address";
    return existsSync(SSHD) ? undefined : `needs ${SSHD} (Debian: openssh-server)`;
  },
  leavesNothing: true,
  run: measure,
};

async function measure(progress: (line: string) => void): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'mooring-bench-gather-'));
  const name = `bench-${process.pid}`;
  let server: ChildProcess | undefined;
  let host: SshHost | undefined;
  try {
    const keys = await makeKeys(folder);
    server = serve(folder, keys.host, keys.user);
    const { username: user } = userInfo();
    const bastion = { host: ADDRESS, port: 22, user, key: keys.user };
    host = new SshHost({ bastion, address: ADDRESS, user, key: keys.user, folder: join(folder, 'known') });
    const listener = await openListener(host, { name, run: name, macs: {} });
    const source = join(folder, 'capture.pcap');
    // What compresses would tell of another thing.
    await run(['sh', '-c', `head -c ${MEBIBYTES}M /dev/urandom > '${source}'`]);
    const config = scpConfig(folder, user, keys.user);
    const target = join(folder, 'home', 'capture.pcap');
    makeFolder(join(folder, 'home'));
    const timed = async (copy: () => Promise<unknown>): Promise<number> => {
      rmSync(target, { force: true });
      const begun = performance.now();
      await copy();
      return MEBIBYTES / ((performance.now() - begun) / 1000);
    };
    const [ours, scp]: [number[], number[]] = [[], []];
    for (let round = 1; round <= ROUNDS; round += 1) {
      progress(`gather: ${MEBIBYTES} MiB, round ${round} of ${ROUNDS}`);
      ours.push(await timed(async () => await listener.fetch(source, target, () => undefined)));
      scp.push(await timed(async () => await run(['scp', '-q', '-F', config, `${ADDRESS}:${source}`, target])));
    }
    await run(['rm', '-r', listener.home]);
    const ratio = rounded(median(ours.map((speed, round) => speed / scp[round]!)));
    return {
      rows: [
        { what: 'mooring, both checksums', 'MiB/s': rounded(median(ours)), 'of scp': ratio },
        { what: 'scp', 'MiB/s': rounded(median(scp)), 'of scp': 1 },
      ],
      floors: [atLeast('gathering', ratio, '× scp', 0.7)],
    };
  } finally {
    await host?.close();
    server?.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function makeKeys(folder: string): Promise<{ host: string; user: string }> {
  const make = async (name: string): Promise<string> => {
    const file = join(folder, name);
    await run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', file]);
    return file;
  };
  return { host: await make('host_key'), user: await make('user_key') };
}

function serve(folder: string, hostKey: string, userKey: string): ChildProcess {
  makeFolder('/run/sshd');
  const authorized = join(folder, 'authorized_keys');
  writeFileSync(authorized, readFileSync(`${userKey}.pub`, 'utf8'), { mode: 0o600 });
  const config = join(folder, 'sshd_config');
  const lines = [
    `ListenAddress ${ADDRESS}:22`,
    `HostKey ${hostKey}`,
    `AuthorizedKeysFile ${authorized}`,
    'StrictModes no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    'UsePAM no',
    'PidFile none',
    'Subsystem sftp internal-sftp',
  ];
  writeFileSync(config, `${lines.join('\n')}\n`);
  const child = spawn(SSHD, ['-D', '-e', '-f', config], { stdio: 'ignore' });
  child.on('error', () => undefined);
  return child;
}

/** As people write it by hand: a jump, and no connection that is kept. */
function scpConfig(folder: string, user: string, key: string): string {
  const config = join(folder, 'scp_config');
  const common = [
    `User ${user}`,
    `IdentityFile ${key}`,
    'IdentitiesOnly yes',
    'StrictHostKeyChecking no',
    `UserKnownHostsFile ${join(folder, 'scp_known_hosts')}`,
    'LogLevel ERROR',
  ];
  const lines = [
    'Host jump',
    `  HostName ${ADDRESS}`,
    'Host *',
    ...common.map((line) => `  ${line}`),
    `Host ${ADDRESS}`,
  ];
  writeFileSync(config, `${lines.join('\n')}\n  ProxyJump jump\n`);
  return config;
}
