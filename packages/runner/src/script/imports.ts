import { isRelative } from '@castellan/protocol/paths';
import type { Files } from './files.ts';
import { Refusal } from './refusal.ts';

/** Throws a `Refusal` when a bare specifier leads to nothing that a script may have. */
export type Find = (specifier: string, how: 'import' | 'require') => unknown;

/**
 * Goes through what `file` imports statically, and so on, before any of it runs: as for ES modules,
 * the first that cannot be had ends the run.
 */
export function checkImports(
  files: Files,
  file: string,
  find: Find,
  seen: Set<string> = new Set(),
): void {
  seen.add(file);
  for (const { source } of files.prepared(file).analysis.imports) {
    const target = placing(files, `${source.value}`, file, (specifier) => {
      if (isRelative(specifier)) return files.resolve(specifier, file);
      find(specifier, 'import');
      return undefined;
    });
    if (target === undefined || seen.has(target) || target.endsWith('.json')) continue;
    checkImports(files, target, find, seen);
  }
}

/** Looks a static import up; a refusal gets the place where `file` has it. */
export function placing<T>(
  files: Files,
  specifier: string,
  file: string,
  look: (specifier: string) => T,
): T {
  try {
    return look(specifier);
  } catch (error) {
    if (!(error instanceof Refusal) || error.place !== null) throw error;
    throw new Refusal(error.reason, error.message, files.importPlace(specifier, file));
  }
}
