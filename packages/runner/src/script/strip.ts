/** How many top-level `return` statements are hidden from the stripper at most. */
const maxReturns = 256;

/** A top-level import: up to its module, over as many lines as it takes. */
const importing = /^import\b(?!\s*[.(])[^'"]*(['"])[^'"\n]*\1[^\n;]*/gm;
const exporting = /^export\b/m;

/** Around the statements after the imports, where a `return` is legal. */
const opening = ';async()=>{';
const closing = '\n}';

/**
 * Blanks the types out of TypeScript; every position stays. Undefined for a text that is none, or that
 * needs code to be made of it: enums, namespaces, parameter properties. What it returns has yet to be
 * parsed: not all of it is JavaScript.
 */
export function strip(source: string): string | undefined {
  // The stripper parses modules only, which have no top-level `return`, and its refusals are slow.
  return (source.includes('return') ? stripBody(source) : undefined) ?? stripModule(source);
}

/** The quick way to a script that returns: with its statements in a function. Undefined where that is wrong. */
function stripBody(source: string): string | undefined {
  if (exporting.test(source)) return undefined;
  let at = 0;
  for (const { index, 0: text } of source.matchAll(importing)) at = index + text.length;
  try {
    const code = blanked(source.slice(0, at) + opening + source.slice(at) + closing);
    return code.slice(0, at) + code.slice(at + opening.length, -closing.length);
  } catch {
    return undefined;
  }
}

/**
 * The way to all others. Each top-level `return` that the stripper reports is replaced by `throw ` or
 * `void 0`, words of the same length that are legal there, and put back at the end.
 */
function stripModule(source: string): string | undefined {
  const returns: number[] = [];
  let shown = source;
  for (;;) {
    try {
      let code = blanked(shown);
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

function blanked(source: string): string {
  return process.getBuiltinModule('node:module').stripTypeScriptTypes(source);
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
