import { parse } from 'cjs-module-lexer';

/**
 * The names that a CommonJS file exports, as Node finds them. `source` is JavaScript; none are found
 * in a file with static imports, which the lexer takes for an ES module.
 */
export function exportNames(source: string): string[] {
  try {
    return [...new Set(parse(source).exports)];
  } catch {
    return [];
  }
}
