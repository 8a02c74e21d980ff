import { createHash } from 'node:crypto';
import type { Submission } from '../../runs/contract/runs.ts';
import type { Problem } from '@castellan/protocol';
import type { Check } from '../../runs/contract/check.ts';
import type { Policy } from '../../policies/policy.ts';
import type { Caller } from '../../keys/keys.ts';
import { ProblemError } from '../problems/problem.ts';
import { firstStatic } from './static-imports.ts';

type Checked = Parameters<Check>[0];

/** Throws `module_denied` for a script whose static imports are not allowed. */
export type RefuseDenied = (submission: Submission, caller: Pick<Caller, 'id'>) => Promise<void>;

/** How many results are cached. Most are a hash and an empty result. */
const most = 2_000;

/**
 * Finds denied static imports before a run is queued. A source without the word `import` or
 * `export` has no static import, however it is spelled; results for all others are cached by hash,
 * since most scripts are submitted more than once. They are cached per tenant, and not for callers
 * without a key: a fast answer reveals that somebody has sent the same script. If no check can be
 * made, the run itself reports the import.
 */
export function refuseDenied(
  check: Check | null,
  policies: ReadonlyMap<string, Policy>,
): RefuseDenied {
  const kept = new Map<string, Problem | null>();
  return async (submission, { id }) => {
    if (check === null || !mayImport(submission.source)) return;
    const { source, input, policy, limits, tenant } = submission;
    const script: Checked = { source, modules: input.modules, policy, limits, tenant };
    const key = hashOf(script, policies.get(policy));
    let denied = kept.get(key);
    kept.delete(key);
    if (denied === undefined) {
      const problems = await check(script).catch(() => undefined);
      if (problems === undefined) return;
      const refused = problems.filter(({ code }) => code === 'module_denied');
      denied = firstStatic(refused, source) ?? null;
    }
    if (id !== 'anonymous') kept.set(key, denied);
    const [oldest] = kept.keys();
    if (kept.size > most && oldest !== undefined) kept.delete(oldest);
    if (denied !== null) throw deniedProblem(denied);
  };
}

function mayImport(source: Submission['source']): boolean {
  const files = typeof source === 'string' ? [source] : Object.values(source.files);
  return files.some((file) => typeof file === 'object' || /import|export/.test(file));
}

/** With the whole policy: it may be another of the same name by now. */
function hashOf({ source, modules, tenant }: Checked, policy: Policy | undefined): string {
  return createHash('sha256')
    .update(JSON.stringify([tenant, source, modules, policy]))
    .digest('base64');
}

function deniedProblem({ message, file, line, column, specifier = '' }: Problem): ProblemError {
  return new ProblemError('module_denied', message, { place: { specifier, file, line, column } });
}
