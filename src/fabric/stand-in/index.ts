/**
 * FABRIC's control framework as state machines without clock and network: what the real one answers to a request, and
 * what becomes of slices step by step. For rehearsals of campaigns and for tests of clients.
 */

export type { Project, TokenClaims, TokenVerifier } from './authorization.js';
export { resourcesOf } from './authorization.js';
export { buildReservations } from './builder.js';
export { type HttpAnswer, type HttpRequest, header, problem, refusal } from './exchange.js';
export type { Machinery, MadeMachine, NotMade, WantedMachine, WantedMirror } from './machinery.js';
export { Orchestrator, type OrchestratorOptions } from './orchestrator.js';
export type { Conditions } from './provisioning.js';
export type { Reservation, Slice, SliceStateName } from './slice.js';
export { type StandInLink, type StandInSite, type StandInTestbed, TWO_SITES } from './testbed.js';
export { type Maintenance, World, type WorldOptions } from './world.js';
