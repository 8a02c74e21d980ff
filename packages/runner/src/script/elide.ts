import type { ImportDeclaration } from 'acorn';
import type { UsedNames } from './used-names.ts';

/**
 * Blanks out what TypeScript imports and never uses as a value, as its compiler does: it may be a type,
 * which no file exports once it is JavaScript. `code` is JavaScript already, without its types; every
 * position stays.
 */
export function elide(
  code: string,
  imports: readonly ImportDeclaration[],
  used: UsedNames,
): string {
  let elided = '';
  let at = 0;
  for (const [start, end] of imports.flatMap((node) => unused(code, node, used))) {
    elided += code.slice(at, start) + code.slice(start, end).replaceAll(/[^\r\n]/g, ' ');
    at = end;
  }
  return elided + code.slice(at);
}

type Range = readonly [start: number, end: number];

/** The parts of an import to blank out, or all of it when nothing of it is used. */
function unused(code: string, node: ImportDeclaration, used: UsedNames): Range[] {
  const { specifiers, source, start, end } = node;
  const dead = specifiers.filter(({ local }) => !used.has(local.name));
  if (dead.length === specifiers.length) {
    // `import 'a'` is for what the file does, `import {} from 'a'` has lost its types.
    return code.slice(start, source.start).includes('{') || dead.length > 0 ? [[start, end]] : [];
  }
  return dead.map((specifier) => {
    const comma = afterComma(code, specifier.end);
    if (comma !== undefined) return [specifier.start, comma];
    const [first] = specifiers;
    // The comma of `import a, * as b` has to go with its namespace.
    const isNamespace = specifier.type === 'ImportNamespaceSpecifier' && first !== undefined;
    return [isNamespace ? first.end : specifier.start, specifier.end];
  });
}

/** Where the comma after an offset ends, if nothing but space and comments is before it. */
function afterComma(code: string, offset: number): number | undefined {
  const comma = /(?:\s|\/\*(?:[^*]|\*(?!\/))*\*\/|\/\/[^\n]*)*,/y;
  comma.lastIndex = offset;
  return comma.test(code) ? comma.lastIndex : undefined;
}
