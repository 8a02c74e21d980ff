import { choicesOf } from '@castellan/protocol/kinds';
import { CastellanError, drivers, namesOf } from '@castellan/protocol';
import { offerOf } from '@castellan/sandbox/runtimes';
import type { Offer } from '../policies/offer.ts';
import type { Policy } from '../policies/policy.ts';
import { LaunchError } from '../runs/contract/launch.ts';
import type { Log } from '../runs/contract/log.ts';
import type { Launcher } from './launcher.ts';
import type { ConfigureMessage } from './messages.ts';

/**
 * For a service whose runs go to workers alone: no script is started, or looked at, on its machine. What requests
 * may ask for is read from the policies and from the runtimes of this installation, of which workers have the
 * same version; a request that names a driver waits for a worker that has it.
 */
export function noLauncher(settings: Pick<ConfigureMessage, 'policies'>, log: Log): Launcher {
  const none = (): LaunchError =>
    new LaunchError('busy', 'This service has no launcher of its own.');
  let offers = offersOf(settings.policies, log);
  return {
    // oxlint-disable-next-line require-yield -- it has nothing to say
    launch: async function* () {
      throw none();
    },
    check: () => Promise.reject(none()),
    watch: () => undefined,
    ready: Promise.resolve(),
    isUp: false,
    pid: undefined,
    state: { pid: null, since: null, starts: 0, lastEnd: null, pools: {} },
    get offers() {
      return offers;
    },
    replace: async (next) => {
      offers = offersOf(next.policies, log);
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function offersOf(policies: readonly Policy[], log: Log): ReadonlyMap<string, Offer> {
  return new Map(
    policies.flatMap((policy) => {
      const offer = offerFor(policy, log);
      return offer === undefined ? [] : [[policy.name, offer] as const];
    }),
  );
}

/** Undefined where a runtime is on workers alone: requests can name nothing of it then. */
function offerFor({ name, engine, runtime, modules, isolation }: Policy, log: Log) {
  const choices = choicesOf(isolation);
  const named = namesOf(drivers).filter((driver) => choices.includes(driver));
  try {
    const given = { engine, runtime, ...(modules === null ? {} : { modules }) };
    // With auto each worker takes what it has: the first name is only what is shown.
    return { ...offerOf(given), driver: named[0] ?? 'bubblewrap', drivers: named } satisfies Offer;
  } catch (error) {
    if (!(error instanceof CastellanError)) throw error;
    log.warn({ policy: name, why: error.message }, 'requests cannot name modules or the runtime');
    return undefined;
  }
}
