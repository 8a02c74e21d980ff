/** A page of the repository as the site's generator takes it. */
import { dirname, join, normalize } from 'node:path';

/** Where the pages are: their places on the site by file, and the folder of the host that it lies in. */
export interface Places {
  readonly pages: ReadonlyMap<string, string>;
  readonly base: string;
}

/** Blocks of code, which keep their text and lose their marks. */
const fenced = /^( {0,3}`{3,}) *([\w-]*)[^\n]*(\n[^]*?\n\1 *)$/gm;
const link = /(!?)\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)/g;

/** The text with its first heading as the title, and with links that lead to places on the site. */
export function contentOf(file: string, text: string, places: Places): string {
  // Generated pages say so in a comment above.
  const given = text.replace(/^(?:<!--.*-->\s*)+/, '');
  const title = /^# (.+)\n/.exec(given)?.[1];
  if (title === undefined) throw new Error(`${file}: the first line is no heading`);
  let body = '';
  let at = title.length + 3;
  const prose = (part: string): string => withLinks(part, file, places);
  for (const match of given.matchAll(fenced)) {
    const [whole, ticks = '', language, code = ''] = match;
    body += prose(given.slice(at, match.index)) + ticks + (language || 'text') + code;
    at = match.index + whole.length;
  }
  body += prose(given.slice(at));
  return `---\ntitle: ${JSON.stringify(title.replaceAll('`', ''))}\n---\n${body}`;
}

/** Links to pages lead to their places; those to other files of the repository become their text. */
function withLinks(prose: string, file: string, { pages, base }: Places): string {
  return prose.replaceAll(link, (whole, image: string, text: string, target: string) => {
    if (image !== '' || /^(?:[a-z]+:|#)/.test(target)) return whole;
    const [path = '', anchor] = target.split('#');
    const to = normalize(join(dirname(file), path));
    const slug = to === 'README.md' ? '' : pages.get(to);
    if (slug === undefined) return text;
    const address = slug === '' ? base : `${base}${slug}/`;
    return `[${text}](${address}${anchor === undefined ? '' : `#${anchor}`})`;
  });
}
