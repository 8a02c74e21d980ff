/** The scan stops at this many relative names; no honest script has so many. */
export const mostSpecifiers = 4_096;

/**
 * A quoted name that begins with `./` or `../`, or is `.` or `..`. It ends at the first quote of
 * any kind, so that the search is linear; the closing quote is not consumed, for it may open the next.
 */
const quoted = /(['"`])(\.\.?(?:\/[^'"`\\\n]{0,512})?)(?=\1)/g;

/**
 * Returns the relative names in `text`, each one once, wherever they are. This is no parser, and no
 * safety depends on it: it only selects the files that are offered to the script.
 */
export function scanSpecifiers(text: string): string[] {
  const found = new Set<string>();
  for (const [, , specifier = ''] of text.matchAll(quoted)) {
    if (specifier.includes('${')) continue;
    if (found.add(specifier).size === mostSpecifiers) break;
  }
  return [...found];
}
