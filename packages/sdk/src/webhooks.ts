import { searchOf } from './asking.ts';
import type { Http } from './http.ts';
import type { Stoppable } from './run.ts';

/** What a run owes whoever its webhook names. */
export interface Delivery {
  /** What its messages have as `webhook-id`, each time. */
  readonly id: string;
  readonly tenant: string;
  readonly runId: string;
  readonly url: string;
  /** `waiting`: for the end of the run, or for the next attempt; `failed`: given up. */
  readonly state: 'waiting' | 'delivered' | 'failed';
  /** RFC 3339, UTC, as all times here; null: no attempt is to come, or the run has not ended. */
  readonly nextAt: string | null;
  readonly createdAt: string;
  /** The newest 20, the oldest first. */
  readonly attempts: readonly {
    readonly at: string;
    /** Of the answer; null: there was none. */
    readonly status: number | null;
    readonly durationMs: number;
    /** Why it did not deliver; null: it did. */
    readonly detail: string | null;
  }[];
}

/** What a receiver verifies messages with. */
export interface WebhookSecret {
  /** `whsec_` and base64, as libraries of Standard Webhooks take it. */
  readonly secret: string;
  /** By which messages are signed too for a day after a rotation. */
  readonly previous: { readonly secret: string; readonly until: string } | null;
}

interface OfTenant extends Stoppable {
  readonly tenant?: string | undefined;
}

/** What became of webhooks, and what they are signed with. */
export interface Webhooks {
  /** Null: the run has none. */
  delivery(runId: string, options?: Stoppable): Promise<Delivery | null>;
  /** Has it delivered again, whatever became of it before. Throws `run_not_ended`. */
  replay(runId: string, options?: Stoppable): Promise<Delivery>;
  secret(options?: OfTenant): Promise<WebhookSecret>;
  /** Signs with another secret from now on, and for a day with the one before too. */
  rotateSecret(options?: OfTenant): Promise<WebhookSecret>;
}

export function webhooksOf(http: Http): Webhooks {
  const pathOf = (id: string): string => `v1/runs/${encodeURIComponent(id)}/deliveries`;
  return {
    async delivery(runId, { signal } = {}) {
      const { items } = await http.json<{ readonly items: readonly Delivery[] }>(pathOf(runId), {
        signal,
      });
      return items[0] ?? null;
    },
    replay: async (runId, { signal } = {}) =>
      http.json(`${pathOf(runId)}/replay`, { method: 'POST', body: {}, signal }),
    secret: async ({ signal, ...query } = {}) =>
      http.json(`v1/webhook-secret${searchOf(query)}`, { signal }),
    rotateSecret: async ({ signal, ...body } = {}) =>
      http.json('v1/webhook-secret/rotate', { method: 'POST', body, signal }),
  };
}
