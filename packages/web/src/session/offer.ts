import type { DriverName, EngineName, Layer, Limits, RecordSettings } from '@castellan/protocol';
import type { PackageTypes } from '@castellan/protocol/runtimes';
import type { Read } from './session.ts';

/** What the page uses of a policy, as `GET /v1/policies` tells it. */
export interface Policy {
  readonly name: string;
  readonly engine: EngineName;
  /** What builds a box unless the request says otherwise; and what it may say. */
  readonly isolation: DriverName;
  readonly drivers: readonly DriverName[];
  readonly floor: readonly Layer[];
  readonly runtime: string | null;
  /** Each with all below it; `*` and `node:*` stand for all. */
  readonly modules: readonly string[];
  readonly helpers: readonly string[];
  readonly browser: boolean;
  /** Whether scripts have keys and values. Left out by older services. */
  readonly kv?: boolean;
  /** What a run may ask to be recorded. */
  readonly record: RecordSettings;
  readonly network: { readonly allow: readonly string[] } | null;
  readonly limits: Limits;
  readonly ceilings: Limits;
  readonly withBrowser: { readonly limits: Limits; readonly ceilings: Limits } | null;
}

interface Runtimes {
  readonly items: readonly {
    readonly name: string;
    readonly packages: readonly { readonly name: string; readonly types: boolean }[];
  }[];
  readonly builtins: Partial<Record<EngineName, readonly string[]>>;
}

/** What this key may use. */
export interface Offer {
  /** The default first. */
  readonly policies: readonly Policy[];
  readonly runtimes: Runtimes;
  /** The types of a package of a runtime. */
  readonly typesOf: (runtime: string, name: string) => Promise<PackageTypes>;
}

/** Asks what there is. */
export async function offerOf(read: Read): Promise<Offer> {
  const [policies, runtimes] = await Promise.all([
    read<{ items: Offer['policies'] }>('v1/policies'),
    read<Offer['runtimes']>('v1/runtimes'),
  ]);
  return {
    policies: policies.items,
    runtimes,
    typesOf: (runtime, name) =>
      read(`v1/runtimes/${encodeURIComponent(runtime)}/types?package=${encodeURIComponent(name)}`),
  };
}

/** The modules that scripts of a policy may import, by name: packages and built-ins. */
export function modulesOf({ modules, runtime, engine }: Policy, { runtimes }: Offer): string[] {
  const packages = runtimes.items.find(({ name }) => name === runtime)?.packages ?? [];
  const builtins = runtimes.builtins[engine] ?? [];
  return modules.flatMap((name) => {
    if (name === '*') return packages.map((each) => each.name);
    if (name === 'node:*') return builtins.flatMap((each) => [each, `node:${each}`]);
    return [name];
  });
}

/** The bounds of runs of a policy: those with a browser have others. */
export function boundsOf(policy: Policy, hasBrowser: boolean): Pick<Policy, 'limits' | 'ceilings'> {
  return hasBrowser && policy.withBrowser !== null ? policy.withBrowser : policy;
}
