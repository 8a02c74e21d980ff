import { escapeLine } from './escape.ts';

/**
 * Formats an error for standard error: the sentence, and its fix on a separate line. `escape` may
 * keep the line breaks of a text that contains nothing untrusted.
 */
export function complaint(
  detail: string,
  fix: string | null = null,
  escape: (text: string) => string = escapeLine,
): string {
  const first = `castellan: ${escape(detail)}\n`;
  return fix === null ? first : `${first}  fix: ${escapeLine(fix)}\n`;
}
