import type { Cycle } from './graph.ts';
import { Refusal } from './refusal.ts';

/** `require()` of an ES module that is being evaluated, in the words of Node. */
export function cycleRefusal(
  file: string,
  from: string,
  { importer, specifier, kind }: Cycle,
): Refusal {
  const message =
    importer === null
      ? `Cannot require() ES Module ${file} in a cycle. (from ${from}) A cycle involving require(esm) is not allowed to maintain invariants mandated by the ECMAScript specification. Try making at least part of the dependency in the graph lazily loaded.`
      : `Cannot import ${kind === 'body' ? 'CommonJS ' : ''}Module ${specifier} in a cycle. (from ${importer})`;
  return refusal('ERR_REQUIRE_CYCLE_MODULE', message);
}

/** `require()` of what waits: `file`, or a module that it imports, has an `await` at its top level. */
export function asyncRefusal(specifier: string, file: string): Refusal {
  const where = JSON.stringify(file);
  const message = `require() cannot be used on ${JSON.stringify(specifier)}: there is a top-level await in ${where}. Use import() instead.`;
  return refusal('ERR_REQUIRE_ASYNC_MODULE', message);
}

function refusal(code: string, message: string): Refusal {
  return new Refusal('uncaught_exception', message, null, { name: 'Error', code });
}
