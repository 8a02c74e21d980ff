import { policyFor } from './modules.ts';
import { type ModuleOffer, moduleOffer } from './offer.ts';
import { locateParts } from '../boxes/runner/parts.ts';
import type { SandboxOptions } from '../options/options.ts';

/**
 * What scripts of a sandbox with these options could import, without making one: by this installation's built-ins
 * and runtimes. Throws `invalid_option` as `createSandbox` does, such as for a runtime that is not here.
 */
export function offerOf(
  options: Pick<SandboxOptions, 'engine' | 'runtime' | 'modules'>,
): ModuleOffer {
  const { engine = 'isolate' } = options;
  const { runnerDir } = locateParts(engine, false);
  return moduleOffer(engine, policyFor(engine, options, runnerDir), []);
}
