import { escapeLine } from './escape.ts';

/**
 * An error for standard error: the sentence, and what mends it on a line of its own. `escape` may
 * keep the line breaks of a text that holds nothing untrusted.
 */
export function complaint(
  detail: string,
  fix: string | null = null,
  escape: (text: string) => string = escapeLine,
): string {
  const first = `castellan: ${escape(detail)}\n`;
  return fix === null ? first : `${first}  fix: ${escapeLine(fix)}\n`;
}
