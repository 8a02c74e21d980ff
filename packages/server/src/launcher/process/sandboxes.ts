import { createSandbox, type Helpers, type Sandbox } from '@castellan/sandbox';
import { readHelpers } from '../../config/helpers.ts';
import type { Policy } from '../../policies/policy.ts';
import type { RuntimeSummary } from '../../policies/runtime.ts';
import type { ConfigureMessage } from '../messages.ts';

/** The sandboxes of this launcher, one per policy. */
export interface Sandboxes extends AsyncDisposable {
  of(policy: string): Sandbox | undefined;
  /** Each once. */
  readonly runtimes: readonly RuntimeSummary[];
}

/** Makes all of them, and boxes that stand ready. Throws a `CastellanError` when one cannot be made. */
export async function openSandboxes(settings: ConfigureMessage): Promise<Sandboxes> {
  const { policies, configFile, concurrency } = settings;
  const helpers = configFile === null ? new Map<string, Helpers>() : await readHelpers(configFile);
  await using opened = new AsyncDisposableStack();
  const byPolicy = new Map<string, Sandbox>();
  // One after the other: the first that cannot be made leaves nothing half made behind.
  for (const policy of policies) {
    const sandbox = await openSandbox(policy, helpers.get(policy.name), concurrency);
    byPolicy.set(policy.name, opened.use(sandbox));
  }
  const held = opened.move();
  return {
    of: (name) => byPolicy.get(name),
    runtimes: runtimesOf([...byPolicy.values()]),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

function openSandbox(
  policy: Policy,
  helpers: Helpers | undefined,
  concurrency: number,
): Promise<Sandbox> {
  const { engine, isolation, floor, reuse, runtime, modules, browser, network } = policy;
  const { limits, warm } = policy;
  return createSandbox({
    engine,
    isolation,
    floor,
    reuse,
    limits,
    runtime,
    browser,
    warm,
    concurrency,
    ...(modules === null ? {} : { modules }),
    ...(network === null ? {} : { network }),
    ...(helpers === undefined ? {} : { helpers }),
  });
}

function runtimesOf(sandboxes: readonly Sandbox[]): RuntimeSummary[] {
  const byName = new Map<string, RuntimeSummary>();
  for (const { runtime } of sandboxes) {
    if (runtime === null) continue;
    const packages = Object.entries(runtime.packages).map(([name, { version }]) => ({
      name,
      version,
    }));
    byName.set(runtime.name, { name: runtime.name, packages });
  }
  return [...byName.values()];
}
