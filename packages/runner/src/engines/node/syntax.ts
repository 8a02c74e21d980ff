import type { Failure } from '../../entry/failures.ts';
import type { Files } from '../../script/files.ts';
import { strictPlace } from '../../script/analyze.ts';
import type { Place } from '../../script/refusal.ts';
import { complain } from './complain.ts';
import { fileOf } from './places.ts';

/** The place of a syntax error that only Node's loader finds, and reports without a place. */
export function syntaxPlace(files: Files, { name, message, stack }: Failure): Place | undefined {
  if (name !== 'SyntaxError') return undefined;
  const form = /^The requested module '(.+)' (?:does not provide|contains)/;
  const specifier = form.exec(message)?.[1];
  if (specifier !== undefined) {
    const file = fileOf(/^(file:\S+):\d+\n/.exec(stack)?.[1] ?? '');
    return file === undefined ? undefined : (files.importPlace(specifier, file) ?? undefined);
  }
  for (const file of files.names) {
    if (files.parsed(file)?.analysis.kind !== 'module') continue;
    const said = complain(files.prepared(file).source, 'module');
    if (said?.message !== message) continue;
    const { line, column } = said;
    const place =
      line === null || column === null
        ? strictPlace(file, files.prepared(file).code)
        : { file, line, column };
    if (place !== null) return files.origin(place) ?? place;
  }
  return undefined;
}
