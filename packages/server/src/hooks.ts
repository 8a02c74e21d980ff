import { Counter, type Registry } from 'prom-client';
import { openCalls } from './calls/calls.ts';
import type { Config } from './config/config.ts';
import { webhookSender } from './http/admission/send-webhook.ts';
import type { AppOptions } from './http/options.ts';
import type { Launch } from './runs/contract/launch.ts';
import { type Deliverer, startDeliverer } from './webhooks/deliverer.ts';
import { openWebhooks } from './webhooks/open.ts';
import { type Promised, promised } from './webhooks/promised.ts';

interface Parts extends Pick<
  AppOptions,
  'keys' | 'log' | 'metrics' | 'offerOf' | 'policies' | 'runs'
> {
  readonly launch: Launch;
}

/** The webhooks of a service: what is promised, and what delivers it. */
export interface Hooks extends Promised, AsyncDisposable {
  /** Delivers until it is disposed of; nothing where there is no policy for it, or no launcher to send. */
  deliver(parts: Parts): AsyncDisposable;
}

export async function openHooks(
  folder: string,
  config: Pick<Config, 'launchers' | 'store' | 'webhooks'>,
): Promise<Hooks> {
  const { perTenant, policy } = config.webhooks;
  const store = await openWebhooks(folder, config.store.url, perTenant);
  let deliverer: Deliverer | undefined;
  return {
    ...promised(store, () => deliverer?.wake()),
    deliver: (parts) => {
      if (policy === null || config.launchers === 0) return new AsyncDisposableStack();
      const { runs, launch, log, metrics, keys, policies, offerOf } = parts;
      const { concurrency } = config.webhooks;
      const calls = openCalls({
        launch,
        capacity: concurrency,
        // A message is no run, and nothing asks for one to be written down.
        record: () => Promise.reject(new Error('webhooks are not recorded')),
        log,
      });
      const mostOfTenant = Math.max(1, Math.floor(concurrency / 2));
      deliverer = startDeliverer({
        webhooks: store,
        runs,
        send: webhookSender({ policy, mostOfTenant, calls, policies, offerOf }),
        root: keys.tokenSecret,
        keepMs: config.store.runsMs,
        log,
        onAttempt: countAttempts(metrics),
      });
      return deliverer;
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

function countAttempts(metrics: Registry): (outcome: string) => void {
  const counter = new Counter({
    name: 'castellan_webhook_attempts_total',
    help: 'Requests to receivers of webhooks: delivered, to be tried again, or given up.',
    labelNames: ['outcome'],
    registers: [metrics],
  });
  return (outcome) => counter.inc({ outcome });
}
