import type { Command } from 'commander';
import { addCombine } from '../twine/combine.js';
import { addErrors } from '../twine/errors.js';
import { addPlan } from '../twine/plan.js';
import { addResume } from '../twine/resume.js';
import { addRun } from '../twine/run.js';
import { addStatus } from '../twine/status.js';

/** `mooring twine`: capture campaigns by port mirrors. Each sub-verb is a file of src/cli/twine. */
export function addTwine(twine: Command): void {
  for (const add of [addPlan, addRun, addResume, addStatus, addErrors, addCombine]) add(twine);
}
