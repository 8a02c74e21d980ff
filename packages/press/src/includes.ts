import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { readManifest } from './packages.ts';

/** A package whose files are in a bundle. */
export interface Include {
  readonly id: string;
  readonly license: string;
  /** The text of its licence, which must be shipped with the code; empty if it has none. */
  readonly notice: string;
}

/** Returns the packages whose files were bundled, except their owner in `ownerFolder`. */
export function includesOf(root: string, { inputs }: Metafile, ownerFolder: string): Include[] {
  const folders = new Set<string>();
  for (const input of Object.keys(inputs)) {
    const path = /^(?!\w+:)(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
    if (path !== undefined && join(root, path) !== ownerFolder) folders.add(join(root, path));
  }
  return [...folders].map(includeOf);
}

export function includeOf(folder: string): Include {
  const { name = '', version = '', license = 'UNKNOWN' } = readManifest(folder);
  // Regular files only: a link could lead to any file of the operator.
  const files = readdirSync(folder, { withFileTypes: true }).filter(
    (entry) => entry.isFile() && /^(?:licen[cs]e|notice)/i.test(entry.name),
  );
  const texts = files.map((file) => readFileSync(join(folder, file.name), 'utf8').trim());
  const notice = texts.join('\n\n');
  return { id: `${name}@${version}`, license, notice };
}

/** Returns the licences of all packages in one text, each one once. */
export function noticesText(includes: readonly Include[]): string {
  const texts = new Map(
    includes.map(({ id, license, notice }) => [id, `${id}, ${license}\n\n${notice}`.trim()]),
  );
  const sorted = [...texts.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `${sorted.map(([, text]) => text).join(`\n\n${'-'.repeat(72)}\n\n`)}\n`;
}
