import type { Failure } from '../guest/host.ts';
import type { Files } from '../modules/files.ts';
import { strictPlace } from '../source/analyze.ts';

type Place = NonNullable<ReturnType<Files['importPlace']>>;

/** Where an ES module has what only Node's loader complains about; it keeps the place to itself. */
export function syntaxPlace(files: Files, { name, message, stack }: Failure): Place | undefined {
  if (name !== 'SyntaxError') return undefined;
  const form = /^The requested module '(.+)' (?:does not provide|contains)/;
  const specifier = form.exec(message)?.[1];
  if (specifier !== undefined && !stack.startsWith('file:')) return undefined;
  for (const file of files.names) {
    if (files.parsed(file)?.analysis.kind !== 'module') continue;
    const place =
      specifier === undefined
        ? strictPlace(file, files.prepared(file).code)
        : files.importPlace(specifier, file);
    if (place !== null) return place;
  }
  return undefined;
}
