import { locateParts } from './boxes/runner/parts.ts';
import { builtinNames } from './modules/modules.ts';
import { places } from './runtimes/locate.ts';
import { openRuntime, type Runtime } from './runtimes/open.ts';

export { defaultRuntime, isRuntimeName, ownRuntimes, shippedRuntimes } from './runtimes/locate.ts';
export { openRuntime, type Runtime } from './runtimes/open.ts';
export { packagesIn } from './runtimes/node-modules.ts';
export { locateParts } from './boxes/runner/parts.ts';
export { offerOf } from './modules/offer-of.ts';

/** A runtime that is built here, or why what stands in its place cannot be used. */
export interface ListedRuntime {
  /** The name of its folder, by which sandboxes find it. */
  readonly name: string;
  /** Where it is, as an absolute path. */
  readonly folder: string;
  /** Whether it came with Castellan. */
  readonly isShipped: boolean;
  /** Null when it cannot be used. */
  readonly runtime: Runtime | null;
  /** Why it cannot be used; null when it can. */
  readonly problem: string | null;
}

/** What sandboxes find by name on this machine: operators' own first, each newest name first. */
export function listRuntimes(): ListedRuntime[] {
  return places().map((place) => {
    try {
      return { ...place, runtime: openRuntime(place.folder), problem: null };
    } catch (error) {
      return { ...place, runtime: null, problem: (error as Error).message };
    }
  });
}

/** The Node built-ins that scripts can be allowed, without `node:`. */
export function listBuiltins(): string[] {
  return builtinNames(locateParts().runnerDir);
}
