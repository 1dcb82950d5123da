import { type Endpoint, serve } from '../../client/index.js';
import { readRecordedRun } from './read-recording.js';
import { readSweep } from './read-sweep.js';

// Results and recordings are read in a worker of their own: a hundred thousand runs take a second, in which the page lives.

const results = { sweep: readSweep, recording: readRecordedRun };

export type ResultsService = typeof results;

serve(results, globalThis as unknown as Endpoint);
