import type { Artifact, CallRecord, Problem, Run } from '@castellan/protocol';
import { type CreateOptions, randomKey, searchOf } from './asking.ts';
import type { Http } from './http.ts';
import type { RunRequest } from './request.ts';
import { type Stoppable, submitted, type SubmittedRun } from './run.ts';

/** Where an alias points. */
export interface FunctionPointer {
  readonly version: number;
  /** The share of `canary`, of 100 calls that name nothing; null for all other aliases. */
  readonly percent: number | null;
}

/** A function of the service. */
export interface FunctionRecord {
  readonly id: string;
  readonly tenant: string;
  readonly name: string;
  /** The highest number of a version. */
  readonly newest: number;
  /** `live` is what calls run, `canary` what a share of them runs. */
  readonly aliases: Readonly<Record<string, FunctionPointer>>;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A version without its source. */
export interface FunctionVersion {
  readonly version: number;
  /** SHA-256 of the definition, hexadecimal. */
  readonly hash: string;
  readonly sizeBytes: number;
  readonly description: string;
  readonly policy: string;
  readonly createdAt: string;
  /** The id of the key that deployed it. */
  readonly createdBy: string;
  /** When it last became what calls run; null: never. */
  readonly liveAt: string | null;
}

/** What a version consists of: a run without its parameters. */
export type FunctionDefinition = DistributiveOmit<RunRequest, 'params'> & {
  /** For people. */
  readonly description?: string;
  /** A JSON Schema that the parameters of a call have to fit. */
  readonly schema?: object | boolean;
  /** Whether anybody may call it over HTTP, without a key. Default `false`. */
  readonly public?: boolean;
  /** Whether calls run it from now on; `false` only stores it. Default `true`. */
  readonly live?: boolean;
  /** How calls of this version are made. */
  readonly calls?: { readonly record?: CallRecord | undefined };
};

type DistributiveOmit<Whole, Key extends PropertyKey> = Whole extends unknown
  ? Omit<Whole, Key>
  : never;

export interface DeployedFunction {
  readonly function: FunctionRecord;
  readonly version: FunctionVersion;
  /** What a check found that may be meant so, such as an unknown global. */
  readonly problems: readonly Problem[];
}

/** A version with its source. */
export interface WholeFunctionVersion extends FunctionVersion {
  readonly definition: FunctionDefinition;
}

/** One page of functions, the newest first. */
export interface FunctionPage {
  readonly items: readonly FunctionRecord[];
  /** For the next page; null on the last one. */
  readonly nextCursor: string | null;
}

/** Whose function it is, for keys that may name tenants. */
export interface OfTenant extends Stoppable {
  readonly tenant?: string | undefined;
}

/** How a function is called: what is left out is as it was deployed. */
export interface InvokeOptions
  extends CreateOptions, Partial<Pick<RunRequest, 'stdin' | 'labels' | 'queue' | 'retry'>> {
  readonly tenant?: string | undefined;
  /** This version, whatever is live. */
  readonly version?: number | undefined;
  /** The version that this alias names. */
  readonly alias?: string | undefined;
  /** Calls with the same text are on the same side of a canary. */
  readonly versionKey?: string | undefined;
}

/** How a function is called for its answer alone. */
export interface CallOptions
  extends
    Stoppable,
    Pick<InvokeOptions, 'tenant' | 'version' | 'alias' | 'versionKey' | 'stdin' | 'labels'> {
  /**
   * What is written down of the call: `all`, `failures` or `none`, never less than the policy and the version
   * say. Left out: what they say.
   */
  readonly record?: CallRecord | undefined;
}

/** An artifact of a call. */
export interface CallArtifact extends Omit<Artifact, 'url' | 'image'> {
  /** The bytes, as base64; undefined for a call that is a run, whose artifacts `runs.artifact` reads. */
  readonly data?: string;
}

/** A call that has ended: a `Run` with its artifacts in it. A script that failed is an answer. */
export interface CallAnswer extends Omit<Run, 'artifacts'> {
  readonly artifacts: readonly CallArtifact[];
  /** Whether the service has it written down, to be found by its `id`. */
  readonly recorded: boolean;
}

/** The functions of a service. */
export interface Functions {
  /** Stores a version, and has calls run it. A script that cannot be run is refused. */
  put(name: string, definition: FunctionDefinition, options?: Stoppable): Promise<DeployedFunction>;
  /** Starts a run of it. The run's labels `castellan/function` and `castellan/version` say what ran. */
  invoke(name: string, params?: unknown, options?: InvokeOptions): Promise<SubmittedRun>;
  /**
   * Calls it for its answer, which may be all that there ever is of the call: where policy and version allow it
   * nothing is written down. It is sent once: whoever gets no answer does not know whether the script ran,
   * unless the error is `call_lost`, which says so. To abort it ends such a call.
   */
  call(name: string, params?: unknown, options?: CallOptions): Promise<CallAnswer>;
  get(name: string, options?: OfTenant): Promise<FunctionRecord>;
  list(
    query?: { readonly tenant?: string; readonly cursor?: string; readonly limit?: number },
    options?: Stoppable,
  ): Promise<FunctionPage>;
  /** Those that are kept, the newest first. */
  versions(name: string, options?: OfTenant): Promise<readonly FunctionVersion[]>;
  version(name: string, version: number, options?: OfTenant): Promise<WholeFunctionVersion>;
  /** Has calls run an earlier version: the one named, or the last one before that was live. */
  rollback(
    name: string,
    options?: OfTenant & { readonly version?: number | undefined },
  ): Promise<FunctionRecord>;
  /** Makes an alias name a version; `percent` is for `canary`. */
  setAlias(
    name: string,
    alias: string,
    to: { readonly version: number; readonly percent?: number | undefined },
    options?: OfTenant,
  ): Promise<FunctionRecord>;
  deleteAlias(name: string, alias: string, options?: OfTenant): Promise<FunctionRecord>;
  /** Removes it with all its versions. Its runs stay. */
  delete(name: string, options?: OfTenant): Promise<FunctionRecord>;
}

/** What the service waits for a run at most, in seconds. */
const longestWaitS = 60;

export function functionsOf(http: Http): Functions {
  const pathOf = (name: string, ...rest: readonly string[]): string =>
    ['v1/functions', name, ...rest]
      .map((part, index) => (index === 0 ? part : encodeURIComponent(part)))
      .join('/');
  return {
    put: async (name, definition, { signal } = {}) =>
      http.json(pathOf(name), { method: 'PUT', body: definition, signal }),
    async invoke(name, params, options = {}) {
      const { signal, waitS = 0, idempotencyKey = randomKey(), versionKey, ...rest } = options;
      const run = await http.json<Run>(pathOf(name, 'invoke'), {
        method: 'POST',
        headers: {
          'idempotency-key': idempotencyKey,
          ...(waitS > 0 ? { prefer: `wait=${waitS}` } : {}),
          ...(versionKey === undefined ? {} : { 'castellan-version-key': versionKey }),
        },
        // The handle of a run needs one, whatever the version and the policy say.
        body: { ...rest, params, record: 'all' },
        signal,
      });
      return submitted(http, run);
    },
    async call(name, params, { signal, versionKey, ...rest } = {}) {
      const answer = await http.json<Run | CallAnswer>(pathOf(name, 'invoke'), {
        method: 'POST',
        headers: {
          prefer: `wait=${longestWaitS}`,
          ...(versionKey === undefined ? {} : { 'castellan-version-key': versionKey }),
        },
        body: { ...rest, params },
        signal,
        isOnce: true,
      });
      if ('recorded' in answer) return answer;
      return { ...(await submitted(http, answer).result({ signal })), recorded: true };
    },
    get: async (name, { signal, ...query } = {}) =>
      http.json(`${pathOf(name)}${searchOf(query)}`, { signal }),
    list: async (query = {}, { signal } = {}) =>
      http.json(`v1/functions${searchOf(query)}`, { signal }),
    async versions(name, { signal, ...query } = {}) {
      const path = `${pathOf(name, 'versions')}${searchOf(query)}`;
      const { items } = await http.json<{ readonly items: readonly FunctionVersion[] }>(path, {
        signal,
      });
      return items;
    },
    version: async (name, version, { signal, ...query } = {}) =>
      http.json(`${pathOf(name, 'versions', `${version}`)}${searchOf(query)}`, { signal }),
    // Repeated without a version it would go back once more.
    rollback: async (name, { signal, ...body } = {}) =>
      http.json(pathOf(name, 'rollback'), { method: 'POST', body, signal, isOnce: true }),
    setAlias: async (name, alias, to, { signal, ...rest } = {}) =>
      http.json(pathOf(name, 'aliases', alias), {
        method: 'PUT',
        body: { ...to, ...rest },
        signal,
      }),
    deleteAlias: async (name, alias, { signal, ...query } = {}) =>
      http.json(`${pathOf(name, 'aliases', alias)}${searchOf(query)}`, {
        method: 'DELETE',
        signal,
      }),
    delete: async (name, { signal, ...query } = {}) =>
      http.json(`${pathOf(name)}${searchOf(query)}`, { method: 'DELETE', signal }),
  };
}
