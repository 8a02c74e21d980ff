/** Extensions of files that can be part of a script. */
export const sourceEndings = [
  '.js',
  '.mjs',
  '.cjs',
  '.jsx',
  '.ts',
  '.mts',
  '.cts',
  '.tsx',
  '.json',
] as const;

/** Extensions that are tried, in this order, if no file has exactly the imported name. */
const endingsToTry = ['.ts', '.tsx', '.js', '.jsx', '.mts', '.mjs', '.cts', '.cjs', '.json'];

export function isRelative(specifier: string): boolean {
  return /^\.\.?(?:\/|$)/.test(specifier);
}

/**
 * Resolves a relative `specifier` in the file `from`, among the files that `has` knows: the exact
 * name, a TypeScript or JSX file for a `.js` name, a name without extension, or the index of a folder.
 * Paths are relative to the entry's folder with `/` between segments; `null` if there is no such
 * file or if the path leaves that folder.
 */
export function resolveRelative(
  specifier: string,
  from: string,
  has: (path: string) => boolean,
): string | null {
  const base = joined(from, specifier);
  if (base === null) return null;
  const candidates = [
    base,
    ...typescriptOf(base),
    ...endingsToTry.map((ending) => base + ending),
    ...endingsToTry.map((ending) => `${base === '' ? '' : `${base}/`}index${ending}`),
  ];
  return candidates.find((path) => isSourcePath(path) && has(path)) ?? null;
}

/** The names that a file has before a compiler makes the imported one of it. */
function typescriptOf(path: string): string[] {
  const [, stem, ending = ''] = /^(.*)\.([mc]?jsx?)$/.exec(path) ?? [];
  if (stem === undefined) return [];
  const names = [`${stem}.${ending.replace('j', 't')}`];
  return ending === 'js' ? [...names, `${stem}.tsx`, `${stem}.jsx`] : names;
}

function joined(from: string, specifier: string): string | null {
  const segments = from.split('/').slice(0, -1);
  for (const segment of specifier.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') segments.push(segment);
    else if (segments.pop() === undefined) return null;
  }
  return segments.join('/');
}

/** The longest name of a file or folder on Linux, in bytes. */
const longestName = 255;

/** Whether `path` may name a file of a run: relative, inside its folder, as every system takes it. */
export function isFilePath(path: string): boolean {
  return (
    path.length <= 512 &&
    path.isWellFormed() &&
    /^[^\u0000-\u001f\u007f\\:]+$/.test(path) &&
    path.split('/').every((name) => !['', '.', '..'].includes(name) && utf8(name) <= longestName)
  );
}

function utf8(text: string): number {
  return text.length * 3 <= longestName ? 0 : new TextEncoder().encode(text).length;
}

/** Whether `path` may name a file that scripts import: one with a known extension. */
export function isSourcePath(path: string): boolean {
  return isFilePath(path) && sourceEndings.some((ending) => path.endsWith(ending));
}

/** Whether `path` may be where a script starts: a source that is no data. */
export function isEntryPath(path: string): boolean {
  return isSourcePath(path) && !path.endsWith('.json');
}

/** The last ending of a name, together with what it packs: `.txt`, `.tar.gz`. */
const ending = /(?:\.[^.\s]{1,4})?\.(?:gz|bz2?|xz|z|zst)$|\.[^.\s]+$/i;

/** `name`, or the first of `name (1)`, `name (2)` that is not taken; the ending stays at the end. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  const at = name.search(ending);
  const stem = at > 0 ? at : name.length;
  let free = name;
  for (let number = 1; isTaken(free); number++) {
    free = `${name.slice(0, stem)} (${number})${name.slice(stem)}`;
  }
  return free;
}
