import { parse } from 'cjs-module-lexer';
import type { Prepared } from './prepare.ts';

/**
 * The names that a body exports, found in its text as Node does for CommonJS. Static imports, which
 * CommonJS does not have, are blanked out first. A text that the lexer cannot read has no names.
 */
export function exportedNames({ source, analysis }: Prepared): string[] {
  let text = source;
  for (const { start, end } of analysis.imports) {
    text = text.slice(0, start) + ' '.repeat(end - start) + text.slice(end);
  }
  try {
    return [...new Set(parse(text).exports)];
  } catch {
    return [];
  }
}
