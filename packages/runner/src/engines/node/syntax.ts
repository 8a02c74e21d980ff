import type { Failure } from '../../entry/failures.ts';
import type { Files } from '../../script/files.ts';
import { strictPlace } from '../../script/problem.ts';
import type { Place } from '../../script/refusal.ts';
import { complain } from './complain.ts';
import { fileOf } from '../../script/places.ts';

/** The place of a syntax error that only Node's loader finds, and reports without a place. */
export function syntaxPlace(files: Files, { name, message, stack }: Failure): Place | undefined {
  if (name !== 'SyntaxError') return undefined;
  const form =
    /^(?:Named export .+ not found\. )?The requested module '(.+)' (?:does not provide|contains|is a)/;
  const specifier = form.exec(message)?.[1];
  if (specifier !== undefined) {
    const file = fileOf(/^(file:\S+):\d+\n/.exec(stack)?.[1] ?? '');
    return file === undefined ? undefined : (files.importPlace(specifier, file) ?? undefined);
  }
  for (const file of files.names) {
    if (files.parsed(file) === undefined || !files.isLinked(file)) continue;
    const { source, analysis } = files.prepared(file);
    const said = complain(source, 'module');
    if (said?.message !== message) continue;
    const { line, column } = said;
    const place =
      line === null || column === null
        ? strictPlace(file, source, analysis.kind === 'body')
        : { file, line, column };
    if (place !== null) return files.written(place);
  }
  return undefined;
}
