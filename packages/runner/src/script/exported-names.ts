import { parse } from 'cjs-module-lexer';
import type { Analysis } from './analyze.ts';

/**
 * The names that a body exports, found in its text as Node does for CommonJS. Static imports, which
 * CommonJS does not have, are blanked out first. A text that the lexer cannot read has no names.
 */
export function exportedNames(source: string, { imports }: Pick<Analysis, 'imports'>): string[] {
  let text = '';
  let at = 0;
  for (const { start, end } of imports) {
    text += source.slice(at, start) + ' '.repeat(end - start);
    at = end;
  }
  text += source.slice(at);
  try {
    return [...new Set(parse(text).exports)].filter((name) => name !== 'module.exports');
  } catch {
    return [];
  }
}
