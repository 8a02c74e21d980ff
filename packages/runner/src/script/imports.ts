import type { Files } from './files.ts';
import { Refusal } from './refusal.ts';

/** Looks a bare specifier up. Throws a `Refusal` when the script cannot have it. */
export type Find = (specifier: string, how: 'import' | 'require') => unknown;

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
    const { reason, message, kind } = error;
    throw new Refusal(reason, message, files.importPlace(specifier, file), kind);
  }
}
