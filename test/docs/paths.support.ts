import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../architecture/sources.support.ts';

/** Top folders of the repository: a path that begins with one of them is one of ours. */
const tops = String.raw`packages|test|docs|scripts|bench|examples|runtimes|\w+/(?:src|scripts)`;

const named = new RegExp(
  String.raw`^(?:(?:${tops})(?:/[\w.@{},*-]+)+/?|[A-Z]+\.md|[\w-]+(?:/[\w.@{},*-]+)+\.(?:ts|js|md|sh|json))$`,
);

/** What is made and not committed, and names of files that are a user's, wherever they are spoken of. */
const foreign =
  /^(?:.*\/(?:dist|results)(?:\/.*)?|(?:.*\/)?(?:package(?:-lock)?\.json|tsconfig\.json|manifest\.json|castellan\.config\.[a-z]+|[a-z]\.[a-z]+|openapi\.json))$/;

/** The paths in backticks of a line that look like files or folders of the repository. */
export function pathsIn(line: string): string[] {
  return [...line.matchAll(/(?<!`)`([^`\s]+)`(?!`)/g)]
    .map(([, text = '']) => text)
    .filter((text) => named.test(text) && !foreign.test(text));
}

/** Where a path of a page may begin: at the root, beside the page, in a package, or in its sources. */
export function isThere(file: string, path: string): boolean {
  const inSources = path.replace(/^(\w+)\//, 'packages/$1/src/');
  const places = [path, join(dirname(file), path), `packages/${path}`, `packages/*/src/${path}`];
  return [...places, inSources]
    .flatMap((place) => [place, `${place}.ts`])
    .some((pattern) => globSync(pattern, { cwd: root }).length > 0);
}
