import { createHash } from 'node:crypto';
import type { Submission } from '../../runs/contract/runs.ts';
import type { Problem } from '@castellan/protocol';
import type { Check } from '../../runs/contract/check.ts';
import { ProblemError } from '../problems/problem.ts';
import { readerOf, type TextAt } from './text-at.ts';

type Checked = Parameters<Check>[0];

/** Throws `module_denied` for a script whose static imports are not allowed. */
export type RefuseDenied = (submission: Submission) => Promise<void>;

/** How many results are cached. Most are a hash and an empty result. */
const most = 2_000;

/**
 * Finds denied static imports before a run is queued. A source without the word `import` or
 * `export` has no static import, however it is spelled; results for all others are cached by hash,
 * since most scripts are submitted more than once. If no check can be made, the run itself reports
 * the import.
 */
export function refuseDenied(check: Check | null): RefuseDenied {
  const kept = new Map<string, Problem | null>();
  return async (submission) => {
    if (check === null || !mayImport(submission.source)) return;
    const { source, input, policy, limits } = submission;
    const script: Checked = { source, modules: input.modules, policy, limits };
    const key = hashOf(script);
    let denied = kept.get(key);
    kept.delete(key);
    if (denied === undefined) {
      const problems = await check(script).catch(() => undefined);
      if (problems === undefined) return;
      const textAt = readerOf(submission.source);
      denied =
        problems.find((problem) => problem.code === 'module_denied' && isStatic(problem, textAt)) ??
        null;
    }
    kept.set(key, denied);
    const [oldest] = kept.keys();
    if (kept.size > most && oldest !== undefined) kept.delete(oldest);
    if (denied !== null) throw deniedProblem(denied);
  };
}

/**
 * Only a static import fails in any case: a script can catch what `require()` and `import()` throw.
 */
function isStatic({ file, line, column }: Problem, textAt: TextAt): boolean {
  if (line === null || column === null) return false;
  const statement = textAt(file, line, column);
  if (statement.startsWith('export')) return true;
  if (!statement.startsWith('import')) return false;
  const next = statement.slice('import'.length).replace(/^(?:\s|\/\*[^]*?\*\/|\/\/[^\n]*\n)+/, '');
  return !/^[(.]/.test(next);
}

function mayImport(source: Submission['source']): boolean {
  const texts = typeof source === 'string' ? [source] : Object.values(source.files);
  return texts.some((text) => /import|export/.test(text));
}

function hashOf({ source, modules, policy }: Checked): string {
  return createHash('sha256')
    .update(JSON.stringify([source, modules, policy]))
    .digest('base64');
}

function deniedProblem({ message, file, line, column, specifier = '' }: Problem): ProblemError {
  return new ProblemError('module_denied', message, { place: { specifier, file, line, column } });
}
