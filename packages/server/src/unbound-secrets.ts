import { secretNotBound } from '@castellan/protocol/kinds';
import type { Policy } from './policies/policy.ts';
import type { AttemptEvent, Heartbeat, Launch } from './runs/contract/launch.ts';

/** A secret whose placeholder was sent as it is. `reason` says where, and what would bind it. */
export interface UnboundSecret {
  readonly runId: string;
  readonly policy: string;
  readonly placeholder: string;
  readonly reason: string;
}

/** The same launches. `report` is called once for each secret of a policy that turns out to be unbound. */
export function watchSecrets(
  launch: Launch,
  policies: ReadonlyMap<string, Policy>,
  report: (unbound: UnboundSecret) => void,
): Launch {
  const waiting = new WeakMap<Policy, Set<string>>();
  const waitingOf = (policy: Policy | undefined): Set<string> => {
    if (policy === undefined) return new Set();
    const known = waiting.get(policy) ?? new Set(Object.keys(policy.network?.secrets ?? {}));
    waiting.set(policy, known);
    return known;
  };
  return (run, signal, lease) => {
    const events = launch(run, signal, lease);
    const { id: runId, policy } = run;
    const placeholders = waitingOf(policies.get(policy));
    if (placeholders.size === 0) return events;
    return watched(events, (reason) => {
      for (const placeholder of placeholders) {
        if (!reason.includes(`${secretNotBound}: ${placeholder} `)) continue;
        placeholders.delete(placeholder);
        report({ runId, policy, placeholder, reason });
      }
    });
  };
}

/** The reason of a request that succeeded is the gateway's own text. */
async function* watched(
  events: ReturnType<Launch>,
  take: (reason: string) => void,
): AsyncGenerator<AttemptEvent | Heartbeat> {
  for await (const event of events) {
    if (event.type === 'network') {
      const { outcome, reason } = event.request;
      if (outcome === 'ok' && reason !== null) take(reason);
    }
    yield event;
  }
}
