import type { Command } from 'commander';
import { addDelete, addRenew, addSites, addSlices } from '../fabric/account.js';
import { addCheck } from '../fabric/check.js';
import { addRehearse } from '../fabric/rehearse.js';
import { addSelftest } from '../fabric/selftest.js';

/** `mooring fabric`: the testbed FABRIC, checked against and rehearsed. Each sub-verb is a file of src/cli/fabric. */
export function addFabric(fabric: Command): void {
  for (const add of [addCheck, addSelftest, addRehearse, addSites, addSlices, addRenew, addDelete]) add(fabric);
}
