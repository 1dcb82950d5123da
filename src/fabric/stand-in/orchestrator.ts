import { bearerOf, type TokenVerifier } from './authorization.js';
import { acceptModify, createSlice, deleteSlices, modifySlice, renewSlice } from './changing.js';
import type { Context } from './context.js';
import { Ended, type HttpAnswer, type HttpRequest, refuse, success } from './exchange.js';
import { OPERATIONS } from './operations.js';
import { readBody, readQuery } from './parameters.js';
import {
  createPoa,
  getMetrics,
  getResources,
  getSlice,
  getSummary,
  listPoas,
  listSlices,
  listSlivers,
  noReports,
} from './reading.js';
import { routeOf } from './routing.js';
import type { World } from './world.js';

type Name = (typeof OPERATIONS)[number]['name'];

const HANDLERS: Readonly<Record<Name, (context: Context) => HttpAnswer>> = {
  version: () =>
    success('version', [{ reference: 'https://github.com/fabric-testbed/ControlFramework', version: '2.0.1' }]),
  metrics: getMetrics,
  resources: (context) => getResources(context, true),
  portalResources: (context) => getResources(context, false),
  summary: (context) => getSummary(context, true),
  portalSummary: (context) => getSummary(context, false),
  calendar: noReports,
  findSlot: noReports,
  slices: listSlices,
  slice: getSlice,
  createOld: () => refuse(500, "module 'slices_controller' has no attribute 'slices_create_post'"),
  create: createSlice,
  deleteAll: deleteSlices,
  delete: deleteSlices,
  modify: modifySlice,
  accept: acceptModify,
  renew: renewSlice,
  slivers: listSlivers,
  sliver: listSlivers,
  poa: createPoa,
  poas: listPoas,
  poaOne: listPoas,
};

/** What the stand-in's orchestrator is made of. */
export interface OrchestratorOptions {
  readonly world: World;
  readonly verify: TokenVerifier;
  /** New UUIDs. */
  readonly newId: () => string;
  /** Default `Neo4jPropertyGraph`, as in production; what runs without a Neo4j says `NetworkXPropertyGraph`. */
  readonly graphClass?: string;
}

/**
 * FABRIC's orchestrator as a state machine: a request and the time give an answer, with the status, the shape and the
 * words of the real one (2.0.1). Slices move when {@link World.step} is called.
 */
export class Orchestrator {
  readonly #options: OrchestratorOptions;

  constructor(options: OrchestratorOptions) {
    this.#options = options;
  }

  handle(request: HttpRequest, nowMs: number): HttpAnswer {
    try {
      const { operation, path } = routeOf(request, OPERATIONS);
      const token = bearerOf(request, operation.secured) ?? '';
      const body = operation.body === undefined ? null : readBody(request, operation.body);
      const query = readQuery(request, operation);
      const { world, verify, newId, graphClass = 'Neo4jPropertyGraph' } = this.#options;
      const context = { world, request, query, path, body, token, verify, nowMs, newId, graphClass };
      return HANDLERS[operation.name](context);
    } catch (error) {
      if (error instanceof Ended) return error.answer;
      throw error;
    }
  }
}
