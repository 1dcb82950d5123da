import { resolve } from 'node:path';
import { MooringError } from '../../../base/index.js';
import { readGraphml, sitesOf, withLoads } from '../../../fabric/index.js';
import { type InventoryInput, type PortReadings, sessionLimits } from '../../../twine/index.js';
import { type FabricAccount, readAccount, readPortLoads, readPortReadings } from '../../fabric/index.js';
import type { RunScope, TestbedDriver, TestbedRun } from '../driver.js';
import { refuse } from '../failure.js';
import { refusalOf } from './failing.js';
import { settleLimits } from './held-slice.js';
import { FabricRun } from './run.js';

/** Seconds as FABRIC's users report them. */
const TIMING = { setupS: 300, rotationS: 270 };

/** FABRIC, by the account a `fabric_rc` names: slices over its API, listeners over SSH. */
export class FabricTestbed implements TestbedDriver {
  readonly kind = 'fabric';
  readonly reference: string;
  readonly limits;
  readonly helper = undefined;
  readonly #account: FabricAccount;
  readonly #timing: { readonly setupS: number; readonly rotationS: number };

  private constructor(reference: string, account: FabricAccount) {
    this.reference = reference;
    this.#account = account;
    const { setupS = TIMING.setupS, rotationS = TIMING.rotationS } = account;
    this.#timing = { setupS, rotationS };
    this.limits = sessionLimits(this.#timing);
  }

  /** By the path of a `fabric_rc`, or '' for the one in the usual place and the environment. */
  static open(rc: string): FabricTestbed {
    try {
      // A run is gone on with from any folder.
      const path = rc === '' || rc.startsWith('~') ? rc : resolve(rc);
      return new FabricTestbed(`fabric:${path}`, readAccount(path));
    } catch (error) {
      if (!(error instanceof MooringError)) throw error;
      throw refuse({ class: 'configuration', scope: 'site', reason: error.message });
    }
  }

  /** Everyone may ask FABRIC; whether it lets them, it says. */
  requireAccess(): void {}

  async inventory(): Promise<InventoryInput> {
    return await this.#asked(async () => {
      const { client } = this.#account;
      const own = await client.slices();
      const models = await Promise.all(own.map(async ({ id }) => (await client.slice(id, true)).model));
      const graphs = models.flatMap((model) => (model === undefined ? [] : [readGraphml(model)]));
      const [summary, loads] = await Promise.all([client.resources(), readPortLoads(this.#account)]);
      const sites = withLoads(sitesOf(summary, graphs), loads ?? new Map());
      return {
        sites: sites.map((site) => ({ ...site, nics: [...site.nics], ports: [...site.ports] })),
        timing: this.#timing,
      };
    });
  }

  async leaseEndUs(slice: string): Promise<number | undefined> {
    return await this.#asked(async () => {
      const [found] = await this.#account.client.slices(slice);
      return found?.leaseEndMs === undefined ? undefined : found.leaseEndMs * 1000;
    });
  }

  async renewLease(slice: string, endUs: number): Promise<number> {
    return await this.#asked(async () => {
      const { client } = this.#account;
      const [found] = await client.slices(slice);
      const endMs = found && (await client.renew(found.id, endUs / 1000));
      if (endMs !== undefined) return endMs * 1000;
      throw refuse({ class: 'configuration', scope: 'site', reason: `there is no slice ${slice} of yours` });
    });
  }

  async portReadings(
    site: string,
    ports: readonly string[],
    fromUs: number,
    toUs: number,
  ): Promise<ReadonlyMap<string, PortReadings>> {
    return await readPortReadings(this.#account, site, ports, fromUs, toUs);
  }

  run(scope: RunScope): TestbedRun {
    return new FabricRun(this.#account, scope, settleLimits(this.#timing.setupS));
  }

  async #asked<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw refusalOf(error);
    }
  }
}
