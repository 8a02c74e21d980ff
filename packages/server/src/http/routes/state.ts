import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Offer } from '../../policies/offer.ts';
import {
  answer,
  healthSchema,
  policiesSchema,
  problemsOf,
  runtimesSchema,
  statusSchema,
} from '../schemas/answers.ts';
import type { Pressure } from '../../runs/contract/runs.ts';
import type { App } from './app.ts';
import type { RouteOptions } from './options.ts';
import { shownPolicy } from './shown-policy.ts';

const tags = ['service'];

/**
 * Reasons for which a load balancer should send no requests here. A full queue is not one of them.
 */
const notReady: ReadonlySet<string> = new Set(['draining', 'storage_full', 'no_launcher']);

/** The pressure, and whether it is for want of a launcher. */
export async function pressureOf({ runs, launchers }: RouteOptions): Promise<Pressure> {
  const now = await runs.pressure();
  const own = launchers();
  // Without a launcher of its own, runs wait for workers.
  const isUp = own.length === 0 || own.some(({ pid }) => pid !== null);
  return now.reason === null && !isUp ? { ...now, reason: 'no_launcher' } : now;
}

/** Routes for the health of the service and for what it offers. */
export function addState(app: App, options: RouteOptions): void {
  const { policies, offerOf, version, metrics } = options;
  const pressure = (): Promise<Pressure> => pressureOf(options);

  app.get(
    '/healthz',
    {
      config: { access: 'public', isQuiet: true },
      schema: {
        operationId: 'getHealth',
        summary: 'Whether the process answers.',
        description: 'For a supervisor that restarts what does not answer. Needs no key.',
        tags,
        security: [],
        response: { 200: answer('Yes.', healthSchema), ...problemsOf(400) },
      },
    },
    () => ({ status: 'ok', reason: null }),
  );

  app.get(
    '/readyz',
    {
      config: { access: 'public', isQuiet: true },
      schema: {
        operationId: 'getReadiness',
        summary: 'Whether new runs are welcome.',
        description:
          'For a load balancer: 503 while the service drains, its disk is full, or no launcher is up. A full queue is no reason. Needs no key.',
        security: [],
        tags,
        response: {
          200: answer('Yes.', healthSchema),
          503: answer('No, and why.', healthSchema),
          ...problemsOf(400),
        },
      },
    },
    async (_request, reply: FastifyReply) => {
      const { reason } = await pressure();
      if (reason === null || !notReady.has(reason)) return { status: 'ok', reason: null };
      return reply.code(503).header('retry-after', '1').send({ status: 'not_ready', reason });
    },
  );

  app.get(
    '/v1/status',
    {
      schema: {
        operationId: 'getStatus',
        summary: 'Pressure: what runs, what waits, and whether more is taken.',
        description:
          'Of all tenants together: runs in boxes, runs that wait, and why no more are taken.',
        tags,
        response: { 200: answer('The pressure.', statusSchema), ...problemsOf(401, 403, 429) },
      },
    },
    async () => ({ version, ...(await pressure()) }),
  );

  app.get(
    '/v1/policies',
    {
      schema: {
        operationId: 'listPolicies',
        summary: 'The policies of the key: what a run may use, and how much.',
        description:
          'Modules, hosts, limits, ceilings and rates. What is for the operator alone is left out.',
        tags,
        response: {
          200: answer('The policies, the default first.', policiesSchema),
          ...problemsOf(401, 403, 429),
        },
      },
    },
    ({ caller }) => ({
      items: caller.policies
        .flatMap((name) => policies.get(name) ?? [])
        .map((policy) => shownPolicy(policy, offerOf(policy.name))),
    }),
  );

  app.get(
    '/v1/runtimes',
    {
      schema: {
        operationId: 'listRuntimes',
        summary:
          'The sets of packages that the policies of the key draw from, and the built-ins of Node.',
        description:
          'Each package with its version and licence. Which of them a script may import is in its policy.',
        tags,
        response: { 200: answer('The runtimes.', runtimesSchema), ...problemsOf(401, 403, 429) },
      },
    },
    ({ caller }) => shownRuntimes(caller.policies.map(offerOf)),
  );

  app.get(
    '/metrics',
    {
      config: { access: 'admin' },
      schema: {
        operationId: 'getMetrics',
        summary: 'Metrics in the text format of Prometheus.',
        description: 'Of all tenants, so it takes the scope `admin`.',
        tags,
        response: {
          200: { description: 'The metrics.', content: { 'text/plain': { schema: z.string() } } },
          ...problemsOf(401, 403, 429),
        },
      },
    },
    async (_request, reply) => reply.type(metrics.contentType).send(await metrics.metrics()),
  );

  app.get('/openapi.json', { schema: { hide: true } }, (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(JSON.stringify(app.swagger())),
  );
}

type Shown = Omit<Offer['packages'][number], 'types'> & { readonly types: boolean };

/** Each runtime once, and the built-ins of each engine in use. */
function shownRuntimes(offers: readonly Offer[]) {
  const items = new Map<string, { readonly name: string; readonly packages: readonly Shown[] }>();
  for (const { runtime, packages } of offers) {
    if (runtime === null) continue;
    const shown = packages.map((each) => ({ ...each, types: each.types !== null }));
    items.set(runtime, { name: runtime, packages: shown });
  }
  const builtins = Object.fromEntries(offers.map((offer) => [offer.engine, offer.builtins]));
  return { items: [...items.values()], builtins };
}
