/** How many top-level `return` statements are hidden from the stripper at most. */
const maxReturns = 256;

/**
 * Blanks the types out of TypeScript; every position stays. Undefined for a text that is none, or that
 * needs code to be made of it: enums, namespaces, parameter properties.
 * The stripper parses modules only, which have no top-level `return`. Each one that it reports is
 * replaced by `throw ` or `void 0`, words of the same length that are legal there, and put back at the
 * end.
 */
export function strip(source: string): string | undefined {
  const { stripTypeScriptTypes } = process.getBuiltinModule('node:module');
  const returns: number[] = [];
  let shown = source;
  for (;;) {
    try {
      let code = stripTypeScriptTypes(shown);
      for (const at of returns) code = `${code.slice(0, at)}return${code.slice(at + 6)}`;
      return code;
    } catch (error) {
      const at = offsetOf(source, error);
      const isReturn = source.slice(at, at + 6) === 'return';
      if (!isReturn || returns.includes(at) || returns.length === maxReturns) return undefined;
      returns.push(at);
      const isBare = /^[^\S\n]*(?:[;}\n]|\/\/|$)/.test(source.slice(at + 6));
      shown = `${shown.slice(0, at)}${isBare ? 'void 0' : 'throw '}${shown.slice(at + 6)}`;
    }
  }
}

/**
 * Where the stripper found fault. It tells the place by a picture before the stack:
 *
 *     :2
 *     const a: number = 1;
 *      return a
 *      ^^^^^^^^
 *
 * where the first line is the number of the line that the carets stand under.
 */
function offsetOf(source: string, error: unknown): number {
  const { stack = '' } = error as Error;
  const line = Number(/^[^\n]*:(\d+)\n/.exec(stack)?.[1] ?? 1);
  const lines = source.split('\n');
  const text = lines[line - 1] ?? '';
  const picture = stack.split('\n');
  const caret = picture.findIndex(
    (row, index) => /^\s*\^+$/.test(row) && picture[index - 1] === text,
  );
  const column = caret === -1 ? 0 : (picture[caret]?.indexOf('^') ?? 0);
  return lines.slice(0, line - 1).reduce((sum, { length }) => sum + length + 1, column);
}
