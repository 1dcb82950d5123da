import type { Json } from '../python/index.js';
import { advertisement } from './advertisement.js';
import { modelOf, shownSlice, shownSliver } from './answers.js';
import { authorizedTo } from './authorization.js';
import { type Context, claimsOf } from './context.js';
import { type HttpAnswer, refuse, success } from './exchange.js';
import { leaseTime } from './lease.js';
import { isGone, type Slice } from './slice.js';
import { summaryOf } from './testbed.js';

const MINUTE_MS = 60_000;

export function listSlices(context: Context): HttpAnswer {
  const { world, query } = context;
  const claims = authorizedTo(claimsOf(context), 'query');
  const project = claims.projects.length === 1 ? claims.projects[0]!.uuid : undefined;
  const asSelf = project === undefined || query['as_self'] === true;
  const states = query['states'] as readonly string[] | undefined;
  const found = world.slices.filter(
    (each) =>
      (!asSelf || each.ownerId === claims.uuid) &&
      (project === undefined || each.projectId === project) &&
      (query['name'] === undefined || each.name === query['name']) &&
      (states === undefined || states.includes('All') || states.includes(each.state)),
  );
  // The one whose lease ends last comes first.
  const sorted = [...found].sort((a, b) => b.endMs - a.endMs);
  const offset = Number(query['offset']);
  const page = sorted.slice(offset, offset + Number(query['limit']));
  return success(
    'slices',
    page.map((each) => shownSlice(each)),
  );
}

export function getSlice(context: Context): HttpAnswer {
  const { world, query, path } = context;
  const claims = authorizedTo(claimsOf(context), 'query');
  const slice = world.slice(path['slice_id']!);
  if (slice === undefined || (query['as_self'] === true && slice.ownerId !== claims.uuid)) {
    return refuse(404, 'User# has no Slices');
  }
  return success('slice_details', [shownSlice(slice, modelOf(slice, String(query['graph_format']), context.newId))]);
}

export function listSlivers(context: Context): HttpAnswer {
  const { world, query, path } = context;
  authorizedTo(claimsOf(context), 'query');
  const slice = world.slice(String(query['slice_id']));
  const wanted = path['sliver_id'];
  const found = slice === undefined ? [] : slice.reservations.filter(({ id }) => wanted === undefined || id === wanted);
  return success(
    'slivers',
    found.map((each) => shownSliver(slice as Slice, each)),
  );
}

export function createPoa(context: Context): HttpAnswer {
  const { world, path, newId } = context;
  const { operation } = context.body as { readonly operation: string };
  const claims = authorizedTo(claimsOf(context), 'POA');
  const [project] = claims.projects;
  if (
    operation === 'rescan' &&
    project !== undefined &&
    project.tags.length > 0 &&
    !project.tags.includes('Component.FPGA')
  ) {
    refuse(401, 'POA rescan not authorized - missing permissions Component.FPGA');
  }
  const sliverId = path['sliver_id']!;
  const found = world.reservation(sliverId);
  if (found === undefined) return refuse(404, `Reservation# ${sliverId} not found`);
  if (found.reservation.state !== 'Active') {
    refuse(500, `Cannot trigger POA; Reservation# ${sliverId} is not Active`);
  }
  const poa = { id: newId(), operation, sliverId, sliceId: found.slice.id };
  world.poas.push(poa);
  if (operation === 'reboot') world.provisioning.reboot(found.slice, found.reservation);
  return success(operation, [{ poa_id: poa.id, operation, sliver_id: sliverId, slice_id: found.slice.id }]);
}

export function listPoas(context: Context): HttpAnswer {
  const { world, query, path } = context;
  authorizedTo(claimsOf(context), 'query');
  const states = query['states'] as readonly string[] | undefined;
  const found = world.poas.filter(
    ({ id, sliverId }) =>
      (path['poa_id'] === undefined || path['poa_id'] === id) &&
      (query['sliver_id'] === undefined || query['sliver_id'] === sliverId) &&
      (states === undefined || states.includes('Success')),
  );
  const offset = Number(query['offset'] ?? 0);
  const shown = found.slice(offset, offset + Number(query['limit'] ?? 200)).map(
    ({ id, operation, sliverId, sliceId }): Json => ({
      poa_id: id,
      operation,
      sliver_id: sliverId,
      slice_id: sliceId,
      state: 'Success',
      error: '',
      info: { code: 0 },
    }),
  );
  return success('poas', shown);
}

function checkDates({ query, nowMs }: Context): void {
  const startMs = leaseTime(query['start_date'], nowMs);
  const endMs = leaseTime(query['end_date'], nowMs);
  if (startMs !== undefined && endMs !== undefined && endMs - startMs < 60 * MINUTE_MS) {
    refuse(400, 'Time range should be at least 60 minutes long!');
  }
}

export function getResources(context: Context, secured: boolean): HttpAnswer {
  checkDates(context);
  if (secured) authorizedTo(claimsOf(context), 'query');
  const format = String(context.query['graph_format'] ?? 'GRAPHML');
  return success('resources', [{ model: advertisement(context.world.testbed, format) }]);
}

export function getSummary(context: Context, secured: boolean): HttpAnswer {
  checkDates(context);
  if (secured) authorizedTo(claimsOf(context), 'query');
  const { testbed, provisioning } = context.world;
  return success('resources.summary', [summaryOf(testbed, (site) => provisioning.taken(site))]);
}

/** Calendars and slots come from a service that the stand-in, as many a deployment, does not have. */
export function noReports(context: Context): HttpAnswer {
  authorizedTo(claimsOf(context), 'query');
  return refuse(500, 'Reports API is not enabled');
}

export function getMetrics(context: Context): HttpAnswer {
  const claims = context.token === '' ? undefined : authorizedTo(claimsOf(context), 'query');
  const own = context.world.slices.filter((each) => claims === undefined || each.ownerId === claims.uuid);
  const gone = own.filter(({ state }) => isGone(state)).length;
  const results = [{ slices: { active_cumulative: own.length - gone, non_active_cumulative: gone } }];
  const body = { results, size: 1, status: 200, type: 'metrics.overview' };
  return { status: 200, contentType: 'application/json', headers: {}, body, indent: 4 };
}
