import type { Problem, Run } from '@castellan/protocol';
import { type Admin, adminOf } from './admin.ts';
import { type CreateOptions, randomKey, searchOf } from './asking.ts';
import { type Functions, functionsOf } from './functions.ts';
import { type ClientOptions, Http } from './http.ts';
import type { CheckRequest, RunQuery, RunRequest } from './request.ts';
import { cancelRun, type Stoppable, submitted, type SubmittedRun } from './run.ts';
import { type Secrets, secretsOf } from './secrets.ts';
import { type Schedules, schedulesOf } from './schedules.ts';
import { type Webhooks, webhooksOf } from './webhooks.ts';
import { type Shares, sharesOf } from './shares.ts';

/** One page of runs, the newest first. */
export interface RunPage {
  readonly items: readonly Run[];
  /** For the next page; null on the last one. */
  readonly nextCursor: string | null;
}

/** The runs of a service. */
export interface Runs {
  /** Submits a run: it is durable when this resolves. */
  create(request: RunRequest, options?: CreateOptions): Promise<SubmittedRun>;
  get(id: string, options?: Stoppable): Promise<SubmittedRun>;
  /** As `cancel` of the run, for whoever has its id alone. */
  cancel(id: string, options?: Stoppable): Promise<void>;
  list(query?: RunQuery, options?: Stoppable): Promise<RunPage>;
  /** Submits the same run once more, as long as the service keeps what was asked for. */
  again(id: string, options?: Omit<CreateOptions, 'waitS'>): Promise<SubmittedRun>;
}

/** A client of one service. It holds no connection: there is nothing to close. */
export interface Client {
  readonly runs: Runs;
  /** What is wrong with a script, without running it: advice, on which no security rests. */
  check(request: CheckRequest, options?: Stoppable): Promise<readonly Problem[]>;
  /** Scripts that are stored for others to open. */
  readonly shares: Shares;
  /** Scripts that are stored once and called by their names. */
  readonly functions: Functions;
  /** Values that are put in for scripts that never see them. */
  readonly secrets: Secrets;
  /** Functions that are called by the clock. */
  readonly schedules: Schedules;
  /** Who is told of the ends of runs, and how that went. */
  readonly webhooks: Webhooks;
  /** For operators. */
  readonly admin: Admin;
}

/** Makes a client. Throws a `TypeError` for options that cannot be used. */
export function createClient(options: ClientOptions): Client {
  const http = new Http(options);
  return {
    runs: {
      async create(request, { signal, waitS = 0, idempotencyKey = randomKey() } = {}) {
        const run = await http.json<Run>('v1/runs', {
          method: 'POST',
          headers: {
            'idempotency-key': idempotencyKey,
            ...(waitS > 0 ? { prefer: `wait=${waitS}` } : {}),
          },
          body: request,
          signal,
        });
        return submitted(http, run);
      },
      get: async (id, { signal } = {}) =>
        submitted(http, await http.json<Run>(`v1/runs/${encodeURIComponent(id)}`, { signal })),
      cancel: async (id, { signal } = {}) => cancelRun(http, id, signal),
      list: async (query = {}, { signal } = {}) =>
        http.json(`v1/runs${searchOf({ ...query })}`, { signal }),
      async again(id, { signal, idempotencyKey = randomKey() } = {}) {
        const run = await http.json<Run>(`v1/runs/${encodeURIComponent(id)}/again`, {
          method: 'POST',
          headers: { 'idempotency-key': idempotencyKey },
          signal,
        });
        return submitted(http, run);
      },
    },
    shares: sharesOf(http),
    functions: functionsOf(http),
    secrets: secretsOf(http),
    schedules: schedulesOf(http),
    webhooks: webhooksOf(http),
    admin: adminOf(http),
    async check(request, { signal } = {}) {
      const { problems } = await http.json<{ readonly problems: readonly Problem[] }>('v1/check', {
        method: 'POST',
        body: request,
        signal,
      });
      return problems;
    },
  };
}
