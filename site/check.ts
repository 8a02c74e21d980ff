/** What is wrong with a built site: links that lead nowhere, and requests to other hosts. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export function problemsOf(folder: string, base: string): string[] {
  const ids = new Map<string, ReadonlySet<string>>();
  const idsOf = (file: string): ReadonlySet<string> => {
    const known =
      ids.get(file) ??
      new Set(
        [...readFileSync(join(folder, file), 'utf8').matchAll(/\sid="([^"]+)"/g)].map(
          ([, id = '']) => id,
        ),
      );
    ids.set(file, known);
    return known;
  };
  return globSync('**/*.html', { cwd: folder }).flatMap((file) => {
    const html = readFileSync(join(folder, file), 'utf8');
    const foreign = [
      ...html.matchAll(
        /<(?:script|img|iframe|source)\b[^>]*\ssrc="(https?:)?\/\/[^"]+"|<link\b[^>]*rel="(?:stylesheet|preload|modulepreload|icon|preconnect|dns-prefetch)"[^>]*href="(?:https?:)?\/\/[^"]*"/g,
      ),
    ].map(([tag]) => `${file} asks another host: ${tag}`);
    const links = [...html.matchAll(/<a\b[^>]*\shref="([^"]+)"/g)].flatMap(([, href = '']) => {
      const target = decodeURIComponent(href.replaceAll('&amp;', '&'));
      if (/^[a-z]+:/.test(target)) return [];
      const [path = '', anchor] = target.split('#');
      if (path !== '' && !path.startsWith(base)) return [`${file}: ${target} leaves the site`];
      const to = path === '' ? file : pageOf(path.slice(base.length));
      if (!existsSync(join(folder, to))) return [`${file}: ${target} leads nowhere`];
      const isThere = anchor === undefined || anchor === '_top' || idsOf(to).has(anchor);
      return isThere ? [] : [`${file}: ${target} has no such heading`];
    });
    return [...new Set([...foreign, ...links])];
  });
}

function pageOf(path: string): string {
  return path === '' || path.endsWith('/') ? `${path}index.html` : path;
}
