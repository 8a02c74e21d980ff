import { realpathSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { resolveRelative, sourceEndings } from '@castellan/protocol/paths';
import { UsageError } from '../args/usage-error.ts';
import { SourceFolder } from './folder.ts';
import { scanSpecifiers } from './scan.ts';

/** A script read from this machine's disk. */
export interface Gathered {
  readonly entry: string;
  /** Text by path, relative to the entry's folder. */
  readonly files: Readonly<Record<string, string>>;
  /** Files that exist and were not included: path or name, and the reason. */
  readonly withheld: ReadonlyMap<string, string>;
}

const entryEndings = sourceEndings.filter((ending) => ending !== '.json');

/** The most files of a script; no honest one has so many. */
const mostFiles = 4_096;

/**
 * Reads the entry and, repeatedly, the files that its text names relatively, if the entry's folder
 * offers them. Nothing is parsed here: the script is hostile, and a parser is a large thing to
 * trust. Throws a `UsageError` if the entry itself cannot be used.
 */
export function gather(file: string, sourceBytes: number): Gathered {
  const real = realEntry(file);
  const entry = basename(real);
  const folder = new SourceFolder(dirname(real), sourceBytes);
  const files = new Map<string, string>();
  const withheld = new Map<string, string>();
  const looked = new Set<string>();

  const offer = (path: string): boolean => {
    if (looked.has(path)) return files.has(path);
    if (files.size >= mostFiles) return false;
    looked.add(path);
    const answer = folder.read(path);
    if (answer === null) return false;
    if ('text' in answer) files.set(path, answer.text);
    else withheld.set(path, answer.refusal);
    return 'text' in answer;
  };

  readEntry(file, folder, entry, files);
  looked.add(entry);
  // Entries added to a Map during iteration are visited too.
  for (const [path, text] of files) {
    if (path.endsWith('.json')) continue;
    for (const specifier of scanSpecifiers(text)) {
      const found = resolveRelative(specifier, path, offer);
      if (found === null && leaves(specifier, path)) {
        withheld.set(specifier, 'it lies outside the folder of the script');
      }
    }
  }
  // It says what TypeScript and JSX become.
  if ([...files.keys()].some((path) => /\.(?:[mc]?ts|[jt]sx)$/.test(path))) offer('tsconfig.json');
  return { entry, files: Object.fromEntries(files), withheld };
}

function realEntry(file: string): string {
  let real: string;
  try {
    real = realpathSync(file);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
    throw new UsageError(`${JSON.stringify(file)} ${why}.`);
  }
  if (!statSync(real).isFile()) {
    throw new UsageError(`${JSON.stringify(file)} is no regular file. Use - to read from a pipe.`);
  }
  if (entryEndings.some((ending) => real.endsWith(ending))) return real;
  const meant = real.endsWith(file) ? '' : ` (it is ${JSON.stringify(real)})`;
  throw new UsageError(
    `${JSON.stringify(file)}${meant} must end in ${entryEndings.join(' ')}; - reads a script from standard input.`,
  );
}

/** Reads the entry. The user named it, so the rules for names do not apply. */
function readEntry(
  file: string,
  folder: SourceFolder,
  entry: string,
  files: Map<string, string>,
): void {
  const answer = folder.readNamed(entry);
  if (answer !== null && 'text' in answer) files.set(entry, answer.text);
  else
    throw new UsageError(
      `${JSON.stringify(file)} cannot be used: ${answer?.refusal ?? 'it is gone'}.`,
    );
}

function leaves(specifier: string, from: string): boolean {
  let depth = from.split('/').length - 1;
  for (const segment of specifier.split('/')) {
    if (segment === '..') depth--;
    else if (segment !== '.' && segment !== '') depth++;
    if (depth < 0) return true;
  }
  return false;
}
