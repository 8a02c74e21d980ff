import { listRuntimes } from '@castellan/sandbox/runtimes';
import type { Policy } from '../policies/policy.ts';

/** The packages of the runtimes that some policy names, as far as they are built here. */
export function offeredRuntimes(policies: Iterable<Policy>): readonly OfferedRuntime[] {
  const named = new Set([...policies].map(({ runtime }) => runtime));
  return listRuntimes().flatMap(({ name, runtime }) => {
    if (runtime === null || !named.delete(name)) return [];
    const packages = Object.entries(runtime.packages).map(([of, facts]) => {
      return { name: of, version: facts.version };
    });
    return [{ name, packages }];
  });
}

export interface OfferedRuntime {
  readonly name: string;
  readonly packages: readonly { readonly name: string; readonly version: string }[];
}
