import type { Command } from 'commander';
import { addCombine } from '../twine/combine.js';
import { addErrors } from '../twine/errors.js';
import { addFolder } from '../twine/init.js';
import { addPlan } from '../twine/plan.js';
import { addReport } from '../twine/report.js';
import { addResume } from '../twine/resume.js';
import { addRun } from '../twine/run.js';
import { addStatus } from '../twine/status.js';

/** `mooring twine`: capture campaigns by port mirrors. Each sub-verb is a file of src/cli/twine. */
export function addTwine(twine: Command): void {
  for (const add of [addFolder, addPlan, addRun, addResume, addStatus, addReport, addErrors, addCombine]) add(twine);
}
