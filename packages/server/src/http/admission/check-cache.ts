import { createHash } from 'node:crypto';
import type { Submission } from '../../runs/contract/runs.ts';
import type { Problem } from '@castellan/protocol';
import type { Check } from '../../runs/contract/check.ts';
import { ProblemError } from '../problems/problem.ts';

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
      denied =
        problems.find(
          (problem) => problem.code === 'module_denied' && isStatic(problem, submission.source),
        ) ?? null;
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
function isStatic({ file, line, column }: Problem, source: Submission['source']): boolean {
  const text = typeof source === 'string' ? source : source.files[file ?? ''];
  if (text === undefined || line === null || column === null) return false;
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/);
  const statement = [lines[line - 1]?.slice(column - 1), ...lines.slice(line, line + 5)]
    .join('\n')
    .slice(0, 1_000);
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
