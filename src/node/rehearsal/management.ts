import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ERROR, MooringError } from '../../base/index.js';
import { makeFolder } from '../files/index.js';
import { fromDebian } from '../install/index.js';
import { run, sleep, tryLock } from '../process/index.js';
import { type AccountFolder, BASTION_USER } from './folder.js';

const SSHD = '/usr/sbin/sshd';
/** The management network of the nodes: of the range for networks of one's own (RFC 4193). */
const NETWORK = 'fd4d:4f4f:5249::';
const BRIDGE = 'br0';
/** A machine of a testbed takes a minute or two to boot. */
const BOOT_MS = 1500;
/** Nobody's number on Debian. */
const NOBODY = 65_534;

/**
 * The way into nodes: a bastion in a namespace of its own, that forwards and gives nobody a shell, and behind it a
 * network that it and the nodes alone are in. All of them run OpenSSH's server.
 */
export class Management {
  /** The bastion's address, from this machine. */
  readonly bastion: string;
  readonly #folder: AccountFolder;
  readonly #namespace: string;
  readonly #device: string;
  /** What servers read as the one who comes in, who cannot look into the account's folder. */
  readonly #files: string;
  readonly #servers = new Map<string, ChildProcess>();
  readonly #nodes = new Map<string, { readonly namespace: string; readonly server: Server }>();
  #hosts = 1;
  #letGo: () => void = () => undefined;

  private constructor(testbed: string, folder: AccountFolder) {
    const [a, b, c] = createHash('sha256').update(testbed).digest();
    this.#folder = folder;
    this.#namespace = `mrg-${testbed}-bastion`;
    this.#files = join('/run/mooring/rehearsal', testbed);
    this.#device = `mrgb${[a, b, c].map((byte) => byte!.toString(16).padStart(2, '0')).join('')}`;
    // Link-local, so that no route of this machine is touched (RFC 3927).
    this.bastion = `169.254.${1 + (a! % 254)}.${(b! & 0xfc) | 2}`;
  }

  /** Lays the network and starts the bastion. Throws MOORING_ERR_TESTBED_UNSUPPORTED without OpenSSH's server. */
  static async open(testbed: string, folder: AccountFolder): Promise<Management> {
    if (!existsSync(SSHD)) {
      const said = `a rehearsal with nodes wants OpenSSH's server ${fromDebian('openssh-server')}`;
      throw new MooringError(ERROR.MOORING_ERR_TESTBED_UNSUPPORTED, said, { command: SSHD, said });
    }
    makeFolder('/run/sshd');
    const management = new Management(testbed, folder);
    management.#lock(testbed);
    // One that was killed has left its own.
    await management.#clear();
    await management.#lay();
    return management;
  }

  /** File for what the rehearsal has made elsewhere, gone when it is closed. */
  get journal(): string {
    return join(this.#files, 'made.jsonl');
  }

  #lock(testbed: string): void {
    makeFolder(dirname(this.#files));
    const letGo = tryLock(`${this.#files}.lock`);
    if (letGo === undefined) {
      const said = `another rehearsal has the testbed ${testbed}: end it first`;
      throw new MooringError(ERROR.MOORING_ERR_TESTBED_UNSUPPORTED, said, { command: 'fabric rehearse', said });
    }
    this.#letGo = letGo;
  }

  async #lay(): Promise<void> {
    const inside = ['ip', '-n', this.#namespace];
    await run(['ip', 'netns', 'add', this.#namespace]);
    await run([...inside, 'link', 'set', 'lo', 'up']);
    await run([...inside, 'link', 'add', BRIDGE, 'type', 'bridge', 'forward_delay', '0', 'mcast_snooping', '0']);
    await run([...inside, 'link', 'set', BRIDGE, 'up']);
    await run([...inside, 'address', 'add', `${NETWORK}1/64`, 'dev', BRIDGE, 'nodad']);
    const peer = ['peer', 'name', 'outside', 'netns', this.#namespace];
    await run(['ip', 'link', 'add', this.#device, 'type', 'veth', ...peer]);
    const here = this.bastion.replace(/\d+$/, (last) => String(Number(last) - 1));
    await run(['ip', 'address', 'add', `${here}/30`, 'dev', this.#device]);
    await run(['ip', 'link', 'set', this.#device, 'up']);
    await run([...inside, 'address', 'add', `${this.bastion}/30`, 'dev', 'outside']);
    await run([...inside, 'link', 'set', 'outside', 'up']);
    this.#serve('bastion', this.#namespace, {
      address: this.bastion,
      account: `${BASTION_USER}:*:${NOBODY}:${NOBODY}::/:/bin/sh`,
      publicKey: this.#folder.bastionPublicKey,
      // Who comes here goes on: there is no shell.
      more: ['ForceCommand /bin/false', 'PermitTTY no', 'PermitRootLogin no'],
    });
  }

  /** Lets `ubuntu`, its administrator, into a node; gives its address. `home` is where it comes to. */
  async admit(node: string, namespace: string, home: string): Promise<string> {
    const number = ++this.#hosts;
    const address = `${NETWORK}${number.toString(16)}`;
    const port = `node${number}`;
    const inside = ['ip', '-n', namespace];
    // A node that was let in before has an end of a cable that went with its bastion, and its server, if that was killed.
    await killAllIn(namespace, this.#files);
    await run([...inside, 'link', 'del', 'mgmt0']).catch(() => undefined);
    await run([
      ...['ip', 'link', 'add', port, 'netns', this.#namespace, 'type', 'veth'],
      ...['peer', 'name', 'mgmt0', 'netns', namespace],
    ]);
    await run(['ip', '-n', this.#namespace, 'link', 'set', port, 'master', BRIDGE]);
    await run(['ip', '-n', this.#namespace, 'link', 'set', port, 'up']);
    // Nodes of namespaces speak no IPv6 but here.
    await run(['ip', 'netns', 'exec', namespace, 'sh', '-c', 'echo 0 > /proc/sys/net/ipv6/conf/mgmt0/disable_ipv6']);
    await run([...inside, 'link', 'set', 'mgmt0', 'up']);
    await run([...inside, 'address', 'add', `${address}/64`, 'dev', 'mgmt0', 'nodad']);
    const server = {
      address,
      account: `ubuntu:*:0:0::${home}:/bin/sh`,
      publicKey: this.#folder.slicePublicKey,
      more: ['PermitRootLogin prohibit-password', 'Subsystem sftp internal-sftp'],
    };
    this.#nodes.set(node, { namespace, server });
    this.#serve(node, namespace, server);
    return address;
  }

  /** Ends all that runs in a node at once, and lets in again after a while, as a machine that boots does. */
  async reboot(node: string): Promise<void> {
    const known = this.#nodes.get(node);
    if (known === undefined) return;
    await killAllIn(known.namespace);
    await sleep(BOOT_MS);
    if (this.#nodes.get(node) === known) this.#serve(node, known.namespace, known.server);
  }

  /** The server of a node that is gone went with it. */
  forget(node: string): void {
    this.#servers.get(node)?.kill();
    this.#servers.delete(node);
    this.#nodes.delete(node);
  }

  async close(): Promise<void> {
    for (const server of this.#servers.values()) server.kill();
    this.#nodes.clear();
    await this.#clear();
    rmSync(this.#files, { recursive: true, force: true });
    this.#letGo();
  }

  async #clear(): Promise<void> {
    await killAllIn(this.#namespace);
    await run(['ip', 'link', 'del', this.#device]).catch(() => undefined);
    await run(['ip', 'netns', 'del', this.#namespace]).catch(() => undefined);
  }

  #serve(name: string, namespace: string, server: Server): void {
    const folder = join(this.#files, name);
    makeFolder(folder);
    const file = (what: string, text: string): string => {
      const path = join(folder, what);
      writeFileSync(path, text);
      return path;
    };
    const user = server.account.slice(0, server.account.indexOf(':'));
    const others = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .filter((line) => !line.startsWith(`${user}:`));
    const passwd = file('passwd', `${server.account}\n${others.join('\n')}`);
    const config = file(
      'sshd_config',
      [
        `ListenAddress ${server.address}`,
        `HostKey ${this.#folder.hostKey}`,
        `AuthorizedKeysFile ${file('authorized_keys', `${server.publicKey}\n`)}`,
        `AllowUsers ${user}`,
        'StrictModes no',
        'PasswordAuthentication no',
        'KbdInteractiveAuthentication no',
        'UsePAM no',
        'PidFile none',
        'MaxSessions 100',
        'MaxStartups 100',
        ...server.more,
        '',
      ].join('\n'),
    );
    // In the mount namespace that comes with the command, so that this machine's own accounts stay as they are.
    const script = 'mount --bind "$1" /etc/passwd && exec "$2" -D -e -f "$3"';
    const argv = ['netns', 'exec', namespace, 'sh', '-c', script, 'sh', passwd, SSHD, config];
    const child = spawn('ip', argv, { stdio: 'ignore', detached: true });
    child.on('error', () => undefined);
    this.#servers.set(name, child);
  }
}

/** Ends what runs in a namespace; with `named` only that which has it in its command line. */
async function killAllIn(namespace: string, named = ''): Promise<void> {
  const pids = (await run(['ip', 'netns', 'pids', namespace]).catch(() => '')).split('\n');
  for (const pid of pids.filter((line) => line !== '')) {
    try {
      if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(named)) process.kill(Number(pid), 'SIGKILL');
    } catch {
      // ended by itself
    }
  }
}

interface Server {
  readonly address: string;
  /** Line of passwd(5) of the one who may come in. */
  readonly account: string;
  readonly publicKey: string;
  readonly more: readonly string[];
}
