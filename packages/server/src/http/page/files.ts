import { readdirSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One built file, on the disk as gzip has it. */
export interface PageFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly contentType: string;
}

/** Where each page is. */
export const pagePaths = {
  playground: '/',
  dashboard: '/admin',
  reference: '/reference',
} as const;
export type PageName = keyof typeof pagePaths;

/** The pages as they were built. */
export interface BuiltPages {
  /** Where each of them starts, by the name of its file without its ending. */
  readonly starts: ReadonlyMap<string, PageFile>;
  /** What they load, by name. A name has a hash of its content in it. */
  readonly parts: ReadonlyMap<string, PageFile>;
}

/** The pages that a service shows. */
export interface Pages {
  /** Null: they were not built, as their addresses say. */
  readonly built: BuiltPages | null;
  readonly names: readonly PageName[];
}

/** The only kinds of files that the build makes. */
const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ts': 'text/plain; charset=utf-8',
  '.ttf': 'font/ttf',
};

/** Finds the pages; null where they were not built. Names are listed here and never made of a request. */
export function findPages(): BuiltPages | null {
  const manifest = fileURLToPath(import.meta.resolve('@castellan/web/package.json'));
  const folder = join(manifest, '..', 'dist', 'page');
  const parts = join(folder, 'playground');
  if (!statSync(parts, { throwIfNoEntry: false })?.isDirectory()) return null;
  return { starts: filesIn(folder, '.html.gz'), parts: filesIn(parts, '.gz') };
}

/** The files whose names end so, by their names without it. */
function filesIn(folder: string, end: string): ReadonlyMap<string, PageFile> {
  const names = readdirSync(folder).filter((name) => name.endsWith(end));
  return new Map(names.map((name) => [name.slice(0, -end.length), fileAt(folder, name)]));
}

function fileAt(folder: string, name: string): PageFile {
  const path = join(folder, name);
  const contentType = types[extname(name.slice(0, -'.gz'.length))];
  if (contentType === undefined) throw new Error(`${path} is of no kind that a page is made of`);
  return { path, sizeBytes: statSync(path).size, contentType };
}
