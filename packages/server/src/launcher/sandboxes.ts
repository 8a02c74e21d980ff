import { CastellanError } from '@castellan/protocol';
import { createSandbox, type Helpers, type Sandbox } from '@castellan/sandbox';
import { readHelpers } from '../config/helpers.ts';
import type { Offer } from '../policies/offer.ts';
import type { Policy } from '../policies/policy.ts';
import type { ConfigureMessage } from '../launching/messages.ts';
import type { PoolState } from '../runs/contract/launchers.ts';

/** The sandboxes of this launcher, one per policy. */
export interface Sandboxes extends AsyncDisposable {
  of(policy: string): Sandbox | undefined;
  /** The modules that scripts of each policy may import. */
  readonly offers: Readonly<Record<string, Offer>>;
  /** The boxes of each policy as they stand. */
  pools(): Readonly<Record<string, PoolState>>;
}

/**
 * Makes a sandbox for each policy, with its warm boxes. Throws a `CastellanError` when one cannot
 * be made.
 */
export async function openSandboxes(settings: ConfigureMessage, kv: Helpers): Promise<Sandboxes> {
  const { policies, configFile } = settings;
  const helpers = configFile === null ? new Map<string, Helpers>() : await readHelpers(configFile);
  await using opened = new AsyncDisposableStack();
  const byPolicy = new Map<string, Sandbox>();
  // One after the other, so that a failure leaves no half-made sandbox behind.
  for (const policy of policies) {
    const making = openSandbox(policy, helpersOf(policy, helpers.get(policy.name), kv), settings);
    const sandbox = await making.catch((error: unknown) => fail(policy.name, error));
    byPolicy.set(policy.name, opened.use(sandbox));
  }
  const held = opened.move();
  return {
    of: (name) => byPolicy.get(name),
    offers: Object.fromEntries(
      [...byPolicy].map(([name, { offer, driver, drivers }]) => [
        name,
        { ...offer, driver, drivers },
      ]),
    ),
    pools: () => Object.fromEntries([...byPolicy].map(([name, { boxes }]) => [name, boxes])),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** The functions of the operator, and those of `kv` where the policy offers it. */
function helpersOf(
  { name, kv: hasKv }: Policy,
  own: Helpers | undefined,
  kv: Helpers,
): Helpers | undefined {
  if (!hasKv) return own;
  if (own === undefined || !Object.hasOwn(own, 'kv')) return { ...own, kv };
  throw new CastellanError('invalid_option', `policies.${name}.helpers has a kv of its own.`, {
    fix: `rename it, or set policies.${name}.kv to false`,
    option: `policies.${name}.helpers.kv`,
  });
}

/** The same error, seen from the config: it names the policy, and the option below its name. */
function fail(policy: string, error: unknown): never {
  // Those of the whole service keep their names.
  if (!(error instanceof CastellanError) || error.option === 'boxUsers') throw error;
  const { code, detail, fix, value, allowed } = error;
  const place = `policies.${policy}`;
  const option = error.option === null ? place : `${place}.${error.option}`;
  throw new CastellanError(code, `${place}: ${detail}`, {
    fix,
    option,
    value,
    allowed,
    cause: error,
  });
}

function openSandbox(
  policy: Policy,
  helpers: Helpers | undefined,
  { concurrency, boxUsers, boxStartMs }: ConfigureMessage,
): Promise<Sandbox> {
  const { engine, isolation, floor, reuse, runtime, modules, network, limits, warm } = policy;
  const { browser, childProcesses, cpus, hardened } = policy;
  const { socket, runtime: ociRuntime } = policy.docker;
  return createSandbox({
    engine,
    isolation,
    docker: {
      ...(socket === null ? {} : { socket }),
      ...(ociRuntime === null ? {} : { runtime: ociRuntime }),
    },
    floor,
    reuse,
    limits,
    runtime,
    browser,
    childProcesses,
    hardened,
    warm,
    concurrency,
    boxUsers,
    boxStartMs,
    ...(cpus === null ? {} : { cpus }),
    ...(modules === null ? {} : { modules }),
    ...(network === null ? {} : { network }),
    ...(helpers === undefined ? {} : { helpers }),
  });
}
