import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { ERROR, MooringError } from '../../base/index.js';
import { makeFolder, writeWholeFile } from '../files/index.js';
import { run, sleep } from '../process/index.js';
import type { BastionAccount } from './account.js';

/** A machine behind a bastion. */
export interface HostOptions {
  readonly bastion: BastionAccount;
  /** Its address; an IPv6 one without brackets. */
  readonly address: string;
  readonly user: string;
  readonly key: string;
  /** Folder for the keys of hosts that were seen: first use is believed, a change is not. */
  readonly folder: string;
}

const BASTION = 'mooring-bastion';
/** ssh says so with this code when the way there failed; commands have the other ones. */
const SSH_FAILED = 255;
/** What another try does not get past; the bastion shuts out who tries again and again. */
const REFUSED = /Permission denied|Host key verification failed|REMOTE HOST IDENTIFICATION|Too many authentication/;
const PROBE_PAUSE_MS = 1000;
const LONGEST_COMMAND_MS = 120_000;
/** A connection that nobody uses any more goes by itself. */
const PERSIST_S = 60;

/**
 * A machine reached by OpenSSH through a bastion, over one connection that commands and copies share. It is the user's
 * ssh: agent and hardware keys work.
 */
export class SshHost {
  readonly #config: string;
  readonly #address: string;
  readonly #sockets: string;

  constructor({ bastion, address, user, key, folder }: HostOptions) {
    this.#address = address;
    makeFolder(folder, 0o700);
    this.#sockets = socketFolder(folder);
    this.#config = join(this.#sockets, 'config');
    const known = (name: string) => `"${join(folder, name)}"`;
    const lines = [
      `Host ${BASTION}`,
      `  HostName ${bastion.host}`,
      `  Port ${bastion.port}`,
      `  User ${bastion.user}`,
      `  IdentityFile "${bastion.key}"`,
      `  UserKnownHostsFile ${known('known_hosts_bastion')}`,
      'Host *',
      ...[
        `User ${user}`,
        `IdentityFile "${key}"`,
        `UserKnownHostsFile ${known('known_hosts')}`,
        `ControlPath "${join(this.#sockets, '%C')}"`,
        `ControlPersist ${PERSIST_S}`,
        'ControlMaster auto',
        'StrictHostKeyChecking accept-new',
        'IdentitiesOnly yes',
        'BatchMode yes',
        'LogLevel ERROR',
        'ConnectTimeout 15',
        'ServerAliveInterval 15',
        'ServerAliveCountMax 4',
        'ForwardAgent no',
      ].map((line) => `  ${line}`),
      `Host * !${BASTION}`,
      `  ProxyJump ${BASTION}`,
    ];
    writeWholeFile(this.#config, `${lines.join('\n')}\n`);
  }

  /**
   * Waits until the machine lets us in: it may still be starting. A refusal is told at once and not tried again.
   *
   * @throws MooringError ERROR.TESTBED_COMMAND with what ssh said.
   */
  async open(forMs: number): Promise<void> {
    const giveUpMs = Date.now() + forMs;
    for (;;) {
      try {
        // By itself: of a connection that is shared, ssh does not say why the bastion refused.
        await run(this.#ssh(['-o', 'ControlMaster=no', '-o', 'ControlPath=none'], 'true'));
        return;
      } catch (error) {
        if (isRefusal(error) || Date.now() > giveUpMs) throw error;
        await sleep(PROBE_PAUSE_MS);
      }
    }
  }

  /** Runs a script of sh and gives its output. */
  async run(script: string, input = ''): Promise<string> {
    return await run(this.#ssh([], script), { input, longestMs: LONGEST_COMMAND_MS });
  }

  /** A script's output as it comes; a script or a way that fails makes the stream fail. */
  read(script: string): Readable {
    const [program, ...args] = this.#ssh([], script);
    const child = spawn(program!, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const out = new PassThrough();
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.on('error', (error) => out.destroy(error));
    child.on('close', (code) => {
      if (code === 0) out.end();
      else
        out.destroy(failure(script, said.trim() || `ssh ended with ${code}${code === SSH_FAILED ? ', cut off' : ''}`));
    });
    child.stdout.pipe(out, { end: false });
    out.on('close', () => child.kill());
    return out;
  }

  /** Ends the connection and forgets it. */
  async close(): Promise<void> {
    for (const host of [this.#address, BASTION]) {
      await run(['ssh', '-F', this.#config, '-O', 'exit', host]).catch(() => undefined);
    }
    rmSync(this.#sockets, { recursive: true, force: true });
  }

  #ssh(options: readonly string[], script: string): string[] {
    return ['ssh', '-F', this.#config, ...options, this.#address, script];
  }
}

/**
 * Folder for sockets: their path has room for 108 bytes, and folders of runs are longer. The same for the same run, so
 * that one that goes on after a crash finds and removes it. It must be ours: whoever can write there is let in everywhere.
 */
function socketFolder(folder: string): string {
  const uid = process.getuid?.() ?? 0;
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  const path = join(tmpdir(), `mrg-ssh-${uid}-${hash}`);
  makeFolder(path, 0o700);
  const stat = lstatSync(path);
  if (stat.isDirectory() && stat.uid === uid && (stat.mode & 0o077) === 0) return path;
  throw failure('ssh', `${path} is not a folder of ours alone; remove it`);
}

/** Whether ssh said that we may not come in, which no second try changes. */
export function isRefusal(error: unknown): boolean {
  return error instanceof MooringError && REFUSED.test(String(error.detail['said']));
}

function failure(command: string, said: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_TESTBED_COMMAND, `${command}: ${said}`, { command, said });
}

/** Words as sh takes them for one each. */
export function quoted(words: readonly string[]): string {
  return words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
}
