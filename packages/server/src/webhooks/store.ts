import type { Attempt, Delivery, DueDelivery } from './record.ts';

/** Why nothing was changed. */
export type WebhookFault = 'no_delivery' | 'quota';

export class WebhookError extends Error {
  override readonly name = 'WebhookError';
  readonly fault: WebhookFault;

  constructor(fault: WebhookFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

/** What became of a claimed delivery. */
export type Settled =
  /** Nothing was sent: it is tried again. */
  | { readonly state: 'waiting'; readonly dueMs: number; readonly attempt: null }
  | { readonly state: 'waiting'; readonly dueMs: number; readonly attempt: Attempt }
  | { readonly state: 'delivered' | 'failed'; readonly attempt: Attempt };

/** Which secret a tenant signs with, by its number, and until when the one before counts. */
export interface Generation {
  /** From 0. */
  readonly number: number;
  /** When it was made; null for the first. */
  readonly rotatedAt: string | null;
}

/**
 * Deliveries in the store. A change is durable before its promise settles, and the next read of any process sees
 * it. What throws `WebhookError` has changed nothing.
 *
 * **A delivery is in one hand.** `claim` gives it to whoever asks first, for `leaseMs`; `settle` writes down what
 * became of it, unless another has claimed it since. An attempt whose process dies in the middle is made again:
 * receivers get each message at least once, and know it by its id.
 */
export interface WebhookStore extends AsyncDisposable {
  /** Throws `quota` where the tenant has as many deliveries waiting as it may. */
  refuseMore(tenant: string): Promise<void>;
  /** The run's end is to be told; asked again for the same run it changes nothing. */
  expect(tenant: string, runId: string, url: string): Promise<void>;
  /** The run has ended: its delivery is due now. */
  ended(tenant: string, runId: string): Promise<void>;
  /** A tenant of null means any tenant. */
  find(tenant: string | null, runId: string): Promise<Delivery | undefined>;
  /** Has it delivered anew, from the first attempt on. Throws `no_delivery`. */
  replay(tenant: string | null, runId: string): Promise<Delivery>;

  /** Deliveries whose time has come, the oldest first, and of no tenant more than a share. */
  due(nowMs: number): Promise<readonly DueDelivery[]>;
  /** Has them looked at again later, at these times; those that another has claimed since stay as they are. */
  postpone(dues: ReadonlyMap<DueDelivery, number>): Promise<void>;
  /** The delivery under its new claim; undefined: another was first. */
  claim(due: DueDelivery, nowMs: number): Promise<DueDelivery | undefined>;
  /** False: the claim was void, and nothing was written. */
  settle(claimed: DueDelivery, settled: Settled): Promise<boolean>;
  /** When there is something to do next; null: never, as it stands. */
  nextMs(): Promise<number | null>;

  generation(tenant: string): Promise<Generation>;
  /** Has the tenant sign with another secret from now on. */
  rotate(tenant: string): Promise<Generation>;
  /** Removes what is over and has not changed since; at most a batch. Returns how many. */
  sweep(beforeMs: number): Promise<number>;
}
