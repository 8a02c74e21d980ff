import { type ProblemCode, problemTable } from './table.ts';

/** Where the page of a problem is, from the root of the service. */
export function pageOf(code: ProblemCode): string {
  return `/problems/${code}`;
}

/** The page that the `type` of a problem leads to: what it means, and what to do. */
export function problemPage(code: ProblemCode): string {
  const { status, title, cure } = problemTable[code];
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${code}: Castellan</title>
<h1><code>${code}</code></h1>
<p>${markup(title)}
<p>${markup(cure)}
<p>Answered with status ${status}. The <code>detail</code> of the answer says what it was this time.
</html>
`;
}

/** HTML of a sentence of the table. */
function markup(sentence: string): string {
  return sentence
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/`([^`]*)`/g, '<code>$1</code>');
}
