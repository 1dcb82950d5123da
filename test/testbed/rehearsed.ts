import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Faults, NO_FAULTS } from '../../src/fabric/index.js';
import { type FabricAccount, readAccount } from '../../src/node/fabric/index.js';
import { type Rehearsal, rehearse } from '../../src/node/rehearsal/index.js';
import { buildTestbed, type LocalTestbed, openTestbed, type TopologyInput } from '../../src/node/testbed/index.js';
import { type Campaign, type CampaignOptions, runCampaign } from '../../src/node/twine/index.js';
import { type IntentInput, type Manifest, planCampaign } from '../../src/twine/public.js';
import { expectNothingLeft, inNode, pingTopology, scratch, skip, type Traces, traces, uniqueName } from './support.js';

const SSHD = '/usr/sbin/sshd';
/** Skips with one line that says why, where no rehearsal with nodes can be had. */
export const skipRehearsals = skip || !existsSync(SSHD);
if (!existsSync(SSHD)) console.log(`testbed: rehearsals of FABRIC skipped, needs ${SSHD} (Debian: openssh-server)`);

export const USERS_SLICE = 'Traffic Generator Slice9';
export const UPLINK = 'HundredGigE0/0/0/0';
export const NODE_PORT = 'HundredGigE0/0/0/5';
/** Longer than anything takes that comes at all. */
export const PATIENCE = { timeout: 60_000 };

/** A rehearsal on a testbed of its own, with echoes between the user's nodes until it goes down. */
export class Rehearsed {
  readonly name = uniqueName();
  readonly workdir = scratch();
  readonly #before: Traces = traces(this.name);
  testbed!: LocalTestbed;
  rehearsal!: Rehearsal;
  account!: FabricAccount;
  #traffic: Promise<string> = Promise.resolve('');

  async up(faults: Partial<Faults> = {}, more: Partial<TopologyInput> = {}): Promise<void> {
    process.env['XDG_STATE_HOME'] = join(this.workdir, 'state');
    mkdirSync(join(this.workdir, 'state'));
    this.testbed = await buildTestbed(pingTopology(this.name, more));
    await this.rehearse(faults);
    const target = (await this.testbed.show()).nodes[1]!.nics[0]!.ports[0]!.address!;
    this.#traffic = inNode(this.name, 'Node1', ['ping', '-q', '-i', '0.05', '-c', '6000', target]).catch(() => '');
  }

  async rehearse(faults: Partial<Faults> = {}): Promise<void> {
    const folder = join(this.workdir, 'account');
    this.rehearsal = await rehearse({
      ...{ testbed: this.name, folder, port: 0, stepMs: 100 },
      faults: { ...NO_FAULTS, ...faults },
    });
    this.account = readAccount(this.rehearsal.rc);
    await expect.poll(async () => await this.stateOf(USERS_SLICE), PATIENCE).toBe('StableOK');
  }

  /** Of a slice, not asked for over the network, where answers may go wrong. */
  async stateOf(slice: string): Promise<string | undefined> {
    return this.rehearsal.stateOf(slice);
  }

  async start(intent: IntentInput, options: Partial<CampaignOptions> = {}): Promise<Campaign> {
    const testbed = openTestbed(`fabric:${this.rehearsal.rc}`);
    const result = planCampaign(await testbed.inventory(), intent);
    if (!result.ok) throw new Error(JSON.stringify(result.refusals));
    return runCampaign(result.plan, { testbed, workdir: this.workdir, ...options });
  }

  async campaign(intent: IntentInput, onEvent?: CampaignOptions['onEvent']): Promise<Manifest> {
    const [manifest] = await (await this.start(intent, { onEvent })).done;
    return manifest!;
  }

  /** Nothing is there but the user's own, and who is named. */
  async expectReleased(...theirs: string[]): Promise<void> {
    await expect
      .poll(async () => {
        const { nodes, mirrors } = await this.testbed.show();
        return [nodes.map((node) => node.name).sort(), mirrors];
      }, PATIENCE)
      .toEqual([['Node1', 'Node2', ...theirs].sort(), []]);
  }

  async down(): Promise<void> {
    delete process.env['XDG_STATE_HOME'];
    await this.rehearsal?.close();
    await this.testbed?.down();
    await this.#traffic;
    await expectNothingLeft(this.name, this.#before);
  }
}
