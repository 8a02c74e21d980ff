import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Validator } from '../../functions/schema/validator.ts';
import type { FunctionStore } from '../../functions/store.ts';
import type { OfferOf } from '../../policies/offer.ts';
import type { Policy } from '../../policies/policy.ts';
import type { Calls } from '../../runs/contract/calls.ts';
import type { LauncherState } from '../../runs/contract/launchers.ts';
import type { Check } from '../../runs/contract/check.ts';
import type { Runs } from '../../runs/contract/runs.ts';
import type { ScheduleStore } from '../../schedules/store.ts';
import type { Watch } from '../../runs/contract/watch.ts';
import type { SecretStore } from '../../secrets/store.ts';
import type { Shares } from '../../shares/shares.ts';
import type { WebhookStore } from '../../webhooks/store.ts';

/** What the routes need from the service. */
export interface RouteOptions {
  readonly runs: Runs;
  /** Calls that are not written down before they end. */
  readonly calls: Calls;
  readonly functions: FunctionStore;
  readonly secrets: SecretStore;
  readonly schedules: ScheduleStore;
  readonly webhooks: WebhookStore;
  /** The name of the policy by which webhooks are sent; null: none are. */
  readonly webhookPolicy: string | null;
  /** Compares parameters with the schemas of functions. */
  readonly validator: Pick<Validator, 'check'>;
  readonly policies: ReadonlyMap<string, Policy>;
  /** Null: scripts are not checked before they run. */
  readonly check: Check | null;
  /** Null: pages of runs are not shown. */
  readonly watch: Watch | null;
  /** Null: no scripts are stored for people with a link. */
  readonly shares: Shares | null;
  readonly offerOf: OfferOf;
  /** The policy of callers without a key once keys exist; null: they are refused. */
  readonly anonymousPolicy: string | null;
  /** The launchers of the service; while none is up, runs wait. */
  readonly launchers: () => readonly LauncherState[];
  /** How long a launcher may be silent. */
  readonly leaseMs: number;
  /** When the service was started: RFC 3339, UTC. */
  readonly startedAt: string;
  /** How often a stream of events looks whether its key is still in force, in milliseconds. Default 15,000. */
  readonly lookMs?: number;
  readonly log: Logger;
  /** The registry of the service's metrics; those of HTTP are added to it. */
  readonly metrics: Registry;
  readonly version: string;
}
