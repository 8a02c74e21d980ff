import type { Registry } from 'prom-client';
import type { Caller } from '../../keys/keys.ts';
import { answer, problemsOf } from '../schemas/answers.ts';
import { adminPoliciesSchema, overviewSchema } from '../schemas/admin.ts';
import { type App, reachOf } from './app.ts';
import type { RouteOptions } from './options.ts';
import { operatorPart, shownPolicy } from './shown-policy.ts';
import { pressureOf } from './state.ts';

const tags = ['admin'];

/**
 * What an operator looks at. Numbers of the whole service are for every key with the scope, as the metrics
 * are; tenants and policies are those of the key.
 */
export function addAdmin(app: App, options: RouteOptions): void {
  const { runs, policies, offerOf, launchers, version, metrics, startedAt } = options;

  app.get(
    '/v1/admin/overview',
    {
      config: { access: 'admin', isQuiet: true },
      schema: {
        operationId: 'getOverview',
        summary: 'The service as it stands: pressure, launchers, workers, tenants, and who asks.',
        description:
          'Pressure, launchers and counters are of all tenants together, the counters since the start. Tenants are those that the key reaches and that have runs waiting or in boxes, 200 at most; pools and workers are those of its policies.',
        tags,
        response: { 200: answer('The overview.', overviewSchema), ...problemsOf(401, 403, 429) },
      },
    },
    async ({ caller }) => {
      const { submitted, replayed, retried, refused, ended } = runs.tally();
      return {
        version,
        startedAt,
        you: shownCaller(caller),
        ...(await pressureOf(options)),
        counts: { submitted, replayed, retried, refused, ended },
        problems: await problemCounts(metrics),
        launchers: launchers().map(({ pools, ...state }) => ({
          ...state,
          pools: Object.entries(pools)
            .filter(([policy]) => caller.policies.includes(policy))
            .map(([policy, pool]) => ({ policy, ...pool })),
        })),
        workers: runs.work.seen.flatMap(({ policies: its, ...worker }) => {
          const shown = its.filter((policy) => caller.policies.includes(policy));
          return shown.length === 0 ? [] : [{ ...worker, policies: shown }];
        }),
        tenants: await runs.tenants(reachOf(caller)),
      };
    },
  );

  app.get(
    '/v1/admin/policies',
    {
      config: { access: 'admin', isAudited: true },
      schema: {
        operationId: 'listPoliciesInForce',
        summary:
          'The policies of the key as they are in force, with what is for the operator alone.',
        description:
          'As `GET /v1/policies`, and with private ranges, denied hosts, warm boxes, and where secrets go. The secrets themselves are shown nowhere.',
        tags,
        response: {
          200: answer('The policies, the default first.', adminPoliciesSchema),
          ...problemsOf(401, 403, 429),
        },
      },
    },
    ({ caller }) => ({
      items: caller.policies
        .flatMap((name) => policies.get(name) ?? [])
        .map((policy) => ({
          ...shownPolicy(policy, offerOf(policy.name)),
          operator: operatorPart(policy),
        })),
    }),
  );
}

/** Never the key: the gate has not kept it. */
function shownCaller({ id, tenant, mayNameTenant, policies, scopes }: Caller) {
  return { id, tenant, mayNameTenant, policies, scopes };
}

/** How often each problem was the answer, since the start. */
async function problemCounts(metrics: Registry): Promise<Record<string, number>> {
  const counted = await metrics.getSingleMetric('castellan_http_problems_total')?.get();
  return Object.fromEntries(
    (counted?.values ?? []).map(({ labels, value }) => [String(labels['code']), value]),
  );
}
