import { ERROR, MooringError } from '../../base/index.js';
import { type FailureKind, failureOf, formatLeaseTime, parseLeaseTime } from '../../fabric/index.js';

/** What the client needs. */
export interface ClientOptions {
  /** Where the orchestrator is, such as `https://orchestrator.fabric-testbed.net`. */
  readonly url: string;
  /**
   * The token to send; asked for before each request, so that it may be refreshed, and once more with one that was
   * refused: where another comes of it, the request is sent again, for a refused one was not carried out.
   */
  readonly token: (refused?: string) => string | Promise<string>;
  /** Milliseconds until a request is given up. Default 60 000; reading resources can take minutes. */
  readonly timeoutMs?: number;
  /** Milliseconds between tries of what may be repeated. Default 5000. */
  readonly retryMs?: number;
}

/** A slice as the orchestrator lists it. */
export interface SliceSummary {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  /** Milliseconds since 1970; `undefined` where the answer does not say. */
  readonly leaseEndMs: number | undefined;
  readonly ownerId: string | undefined;
  /** The graph's text, where it was asked for. */
  readonly model: string | undefined;
}

/** A sliver as the orchestrator lists it. */
export interface SliverSummary {
  readonly id: string;
  readonly nodeId: string;
  /** Its name in the slice; '' where the answer does not say. */
  readonly name: string;
  readonly kind: string;
  readonly state: string;
  readonly notice: string;
}

type Members = { readonly [name: string]: unknown };

const TRIES = 3;
/** Classes that the same request may get past. */
const TRANSIENT: ReadonlySet<FailureKind> = new Set(['gateway', 'network-transient']);

/**
 * FABRIC's orchestrator over HTTP. What only reads is tried again where the way there fails; what changes something is
 * not, for its answer may be lost after it was done: a create is looked up by its name first.
 *
 * Every call throws MooringError ERROR.FABRIC_ANSWER, with `detail.cause` (its class), `detail.status` (null where there
 * was no answer) and `detail.text`.
 */
export class OrchestratorClient {
  readonly #options: Required<ClientOptions>;

  constructor(options: ClientOptions) {
    this.#options = { timeoutMs: 60_000, retryMs: 5000, ...options };
  }

  /** The caller's slices that are not gone; those of `name` only where one is given. */
  async slices(name?: string): Promise<readonly SliceSummary[]> {
    const states = ['Nascent', 'Configuring', 'StableError', 'StableOK', 'Modifying', 'ModifyOK', 'ModifyError'];
    const query = [
      ['limit', '200'],
      ['offset', '0'],
      ['as_self', 'true'],
      ...states.map((state) => ['states', state]),
      ...(name === undefined ? [] : [['name', name]]),
    ];
    return (await this.#read('/slices', query)).map(sliceOf);
  }

  /** A slice, with its graph as GraphML where `withModel`. */
  async slice(id: string, withModel = false): Promise<SliceSummary> {
    const query = [
      ['graph_format', withModel ? 'GRAPHML' : 'NONE'],
      ['as_self', 'true'],
    ];
    const [slice] = await this.#read(`/slices/${encodeURIComponent(id)}`, query);
    if (slice === undefined) throw failure('unknown', 200, 'the answer holds no slice');
    return sliceOf(slice);
  }

  async slivers(sliceId: string): Promise<readonly SliverSummary[]> {
    const rows = await this.#read('/slivers', [
      ['slice_id', sliceId],
      ['as_self', 'true'],
    ]);
    return rows.map((row) => ({
      id: text(row, 'sliver_id') ?? '',
      nodeId: text(row, 'graph_node_id') ?? '',
      name: nameOf(row['sliver']),
      kind: text(row, 'sliver_type') ?? '',
      state: text(row, 'state') ?? 'Unknown',
      notice: text(row, 'notice') ?? '',
    }));
  }

  /** Sites and what is free of them, as the orchestrator sums them up. */
  async sites(): Promise<readonly Members[]> {
    const [summary] = await this.#read('/resources/summary', [['type', 'sites']]);
    const sites = summary?.['sites'];
    return Array.isArray(sites) ? (sites as Members[]) : [];
  }

  /** Sites, hosts and links, as the orchestrator sums them up. */
  async resources(): Promise<unknown> {
    return (await this.#read('/resources/summary', []))[0];
  }

  /**
   * Asks for a slice and gives its id. Where the answer is lost, the slice is looked up by its name; one that is there
   * and that `isOurs` knows by its graph is taken for it, any other is not touched.
   */
  async create(
    name: string,
    graphml: string,
    sshKeys: readonly string[],
    leaseEndMs: number,
    isOurs: (graphml: string) => boolean,
  ): Promise<string> {
    const query = [
      ['name', name],
      ['lease_end_time', formatLeaseTime(leaseEndMs)],
    ];
    const body = JSON.stringify({ graph_model: graphml, ssh_keys: sshKeys });
    try {
      const [first] = await this.#send('POST', '/slices/creates', query, body, 'application/json');
      const id = first && text(first, 'slice_id');
      if (id !== undefined) return id;
      throw failure('unknown', 200, 'the answer names no slice');
    } catch (error) {
      if (!isMaybeDone(error) && causeOf(error) !== 'name-taken') throw error;
      for (const { id } of await this.slices(name)) {
        if (isOurs((await this.slice(id, true)).model ?? '')) return id;
      }
      throw error;
    }
  }

  /** Asks for the graph of a slice to become another; gives how many slivers were asked for with it. */
  async modify(id: string, graphml: string): Promise<number> {
    const path = `/slices/modify/${encodeURIComponent(id)}`;
    return (await this.#send('PUT', path, [], graphml, 'text/plain')).length;
  }

  async accept(id: string): Promise<void> {
    await this.#send('POST', `/slices/modify/${encodeURIComponent(id)}/accept`, []);
  }

  /** Renews a lease to an absolute end, and gives the end it then has: it may have been cut. */
  async renew(id: string, endMs: number): Promise<number | undefined> {
    const query = [['lease_end_time', formatLeaseTime(endMs)]];
    await this.#send('POST', `/slices/renew/${encodeURIComponent(id)}`, query);
    return (await this.slice(id)).leaseEndMs;
  }

  /** Deletes a slice; one that is gone already is as good. */
  async delete(id: string): Promise<void> {
    try {
      await this.#send('DELETE', `/slices/delete/${encodeURIComponent(id)}`, []);
    } catch (error) {
      if (!(error instanceof MooringError) || error.detail['cause'] !== 'gone') throw error;
    }
  }

  async #read(path: string, query: readonly (readonly string[])[]): Promise<readonly Members[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#send('GET', path, query);
      } catch (error) {
        const cause = error instanceof MooringError ? (error.detail['cause'] as FailureKind) : 'unknown';
        if (attempt >= TRIES || !TRANSIENT.has(cause)) throw error;
        await new Promise((resolve) => setTimeout(resolve, this.#options.retryMs));
      }
    }
  }

  async #send(
    method: string,
    path: string,
    query: readonly (readonly string[])[],
    body?: string,
    contentType?: string,
  ): Promise<readonly Members[]> {
    const { token } = this.#options;
    const first = await token();
    try {
      return await this.#sendWith(first, method, path, query, body, contentType);
    } catch (error) {
      const next = causeOf(error) === 'token' ? await token(first) : first;
      if (next === first) throw error;
      return await this.#sendWith(next, method, path, query, body, contentType);
    }
  }

  async #sendWith(
    token: string,
    method: string,
    path: string,
    query: readonly (readonly string[])[],
    body?: string,
    contentType?: string,
  ): Promise<readonly Members[]> {
    const { url, timeoutMs } = this.#options;
    const search = new URLSearchParams(query.map(([name = '', value = '']) => [name, value])).toString();
    let status: number | null = null;
    let answer = '';
    try {
      const response = await fetch(`${url}${path}${search === '' ? '' : `?${search}`}`, {
        method,
        headers: {
          Accept: 'application/json',
          Authorization: `Bearer ${token}`,
          ...(contentType === undefined ? {} : { 'Content-Type': contentType }),
        },
        ...(body === undefined ? {} : { body }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      status = response.status;
      answer = await response.text();
    } catch (cause) {
      throw failure('network-transient', status, reason(cause));
    }
    return dataOf(status, answer);
  }
}

function reason(cause: unknown): string {
  const { message, cause: inner } = cause as Error;
  return inner instanceof Error ? inner.message : message;
}

/** What an answer holds; each of the shapes an error can have, a proxy's page among them, becomes one failure. */
function dataOf(status: number, answer: string): readonly Members[] {
  let body: unknown;
  try {
    body = JSON.parse(answer);
  } catch {
    const kind = [502, 503, 504].includes(status) ? 'gateway' : 'unknown';
    throw failure(kind, status, `no JSON but ${JSON.stringify(answer.slice(0, 80))}`);
  }
  const { data, errors, detail } = (body ?? {}) as Members;
  if (status === 200 && Array.isArray(data)) return data as Members[];
  const [first] = Array.isArray(errors) ? (errors as Members[]) : [];
  const told = first === undefined ? detail : first['details'];
  const said = typeof told === 'string' ? told : '';
  const kind = failureOf(said)?.kind;
  const byStatus: FailureKind =
    status === 401 ? 'token' : status === 404 ? 'gone' : status < 500 ? 'request' : 'unknown';
  throw failure(kind === undefined || kind === 'unknown' ? byStatus : kind, status, said);
}

function failure(cause: FailureKind, status: number | null, said: string): MooringError {
  const sentence = failureOf(said)?.sentence ?? said;
  const where = status === null ? 'no answer' : `${status}`;
  const message = `FABRIC (${where}): ${sentence || 'it failed without saying why'}`;
  return new MooringError(ERROR.MOORING_ERR_FABRIC_ANSWER, message, { cause, status, text: said });
}

/** Whether a request may have been carried out although it failed: no answer, or one of a proxy in between. */
export function isMaybeDone(error: unknown): boolean {
  return error instanceof MooringError && (error.detail['status'] === null || causeOf(error) === 'gateway');
}

function causeOf(error: unknown): unknown {
  return error instanceof MooringError ? error.detail['cause'] : undefined;
}

function sliceOf(row: Members): SliceSummary {
  const end = text(row, 'lease_end_time');
  return {
    id: text(row, 'slice_id') ?? '',
    name: text(row, 'name') ?? '',
    state: text(row, 'state') ?? 'Unknown',
    leaseEndMs: end === undefined ? undefined : parseLeaseTime(end)?.atMs,
    ownerId: text(row, 'owner_user_id'),
    model: text(row, 'model'),
  };
}

function nameOf(sliver: unknown): string {
  return text((sliver ?? {}) as Members, 'Name') ?? '';
}

function text(row: Members, name: string): string | undefined {
  const value = row[name];
  return typeof value === 'string' ? value : undefined;
}
