import { parse } from 'cjs-module-lexer';
import type { Prepared } from './prepare.ts';

/**
 * Names that a body exports, as Node finds them in CommonJS: by its text. A body may have static
 * imports, which CommonJS has not: they are hidden from the lexer. What it cannot read has no names.
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
