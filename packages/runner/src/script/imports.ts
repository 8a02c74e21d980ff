import { isRelative } from '@castellan/protocol/paths';
import type { Files } from './files.ts';
import { Refusal } from './refusal.ts';

/** Looks a bare specifier up. Throws a `Refusal` when the script cannot have it. */
export type Find = (specifier: string, how: 'import' | 'require') => unknown;

/**
 * Looks up all static imports of `file`, and those of the files that it imports, before anything runs.
 * As for ES modules, the first that is refused fails the run.
 */
export function checkImports(
  files: Files,
  file: string,
  find: Find,
  seen: Set<string> = new Set(),
): void {
  seen.add(file);
  for (const { source } of files.prepared(file).analysis.imports) {
    const target = withImportPlace(files, `${source.value}`, file, (specifier) => {
      if (isRelative(specifier)) return files.resolve(specifier, file);
      find(specifier, 'import');
      return undefined;
    });
    if (target === undefined || seen.has(target) || target.endsWith('.json')) continue;
    checkImports(files, target, find, seen);
  }
}

/** Calls `look` for a static import; adds the place of the import to a refusal. */
export function withImportPlace<T>(
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
