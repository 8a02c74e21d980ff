import type { SourceProblem } from './analyze.ts';

/** How many top-level `return` statements are hidden from the stripper at most. */
const maxReturns = 256;

/**
 * Blanks the types out of TypeScript; every position stays. Enums, namespaces and parameter
 * properties need code to be made for them and are refused.
 * The stripper parses modules only, which have no top-level `return`. Each one that it reports is
 * replaced by `throw ` or `void 0`, words of the same length that are legal there, and put back at the
 * end.
 */
export function strip(source: string): { code: string } | SourceProblem {
  // The stripper is WebAssembly, which a process that makes no machine code has not.
  if (!('WebAssembly' in globalThis)) {
    return {
      message: 'TypeScript needs machine code: a jitless box takes JavaScript only',
      line: 1,
      column: 1,
      offset: 0,
    };
  }
  const { stripTypeScriptTypes } = process.getBuiltinModule('node:module');
  const returns: number[] = [];
  let shown = source;
  for (;;) {
    try {
      let code = stripTypeScriptTypes(shown);
      for (const at of returns) code = `${code.slice(0, at)}return${code.slice(at + 6)}`;
      return { code };
    } catch (error) {
      const problem = problemOf(source, error);
      const at = problem.offset;
      if (
        source.slice(at, at + 6) !== 'return' ||
        returns.includes(at) ||
        returns.length === maxReturns
      ) {
        return problem;
      }
      returns.push(at);
      const isBare = /^[^\S\n]*(?:[;}\n]|\/\/|$)/.test(source.slice(at + 6));
      shown = `${shown.slice(0, at)}${isBare ? 'void 0' : 'throw '}${shown.slice(at + 6)}`;
    }
  }
}

/**
 * The stripper tells the place by a picture before the stack:
 *
 *     :2
 *     const a: number = 1;
 *      return a
 *      ^^^^^^^^
 *
 * where the first line is the number of the line that the carets stand under.
 */
function problemOf(source: string, error: unknown): SourceProblem {
  const { message, stack = '', code } = error as NodeJS.ErrnoException;
  const line = Number(/^[^\n]*:(\d+)\n/.exec(stack)?.[1] ?? 1);
  const lines = source.split('\n');
  const text = lines[line - 1] ?? '';
  const picture = stack.split('\n');
  const caret = picture.findIndex(
    (row, index) => /^\s*\^+$/.test(row) && picture[index - 1] === text,
  );
  const column = caret === -1 ? 0 : (picture[caret]?.indexOf('^') ?? 0);
  let offset = column;
  for (const before of lines.slice(0, line - 1)) offset += before.length + 1;
  const isUnsupported = code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX';
  const said = isUnsupported ? `${message}: ${onlyStripped}` : message;
  return { message: said, line, column: column + 1, offset };
}

const onlyStripped = 'types are taken out, not compiled, and this has no JavaScript to become';
