import { readdirSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One built file, on the disk as gzip has it. */
export interface PageFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly contentType: string;
}

/** The playground as it was built. */
export interface Page {
  readonly start: PageFile;
  /** What the page loads, by name. A name has a hash of its content in it. */
  readonly parts: ReadonlyMap<string, PageFile>;
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

/** Finds the playground; null where it was not built. Names are listed here and never made of a request. */
export function findPage(): Page | null {
  const manifest = fileURLToPath(import.meta.resolve('@castellan/web/package.json'));
  const folder = join(manifest, '..', 'dist', 'page');
  const parts = join(folder, 'playground');
  if (!statSync(parts, { throwIfNoEntry: false })?.isDirectory()) return null;
  const names = readdirSync(parts).filter((name) => name.endsWith('.gz'));
  return {
    start: fileAt(folder, 'index.html'),
    parts: new Map(
      names.map((name) => name.slice(0, -'.gz'.length)).map((name) => [name, fileAt(parts, name)]),
    ),
  };
}

function fileAt(folder: string, name: string): PageFile {
  const path = join(folder, `${name}.gz`);
  const contentType = types[extname(name)];
  if (contentType === undefined) throw new Error(`${path} is of no kind that a page is made of`);
  return { path, sizeBytes: statSync(path).size, contentType };
}
