import { CastellanError } from '@castellan/protocol';
import { isEntryPath, isSourcePath, sourceEndings } from '@castellan/protocol/paths';
import type { JobMessage } from '@castellan/protocol/frames';
import { shown } from '@castellan/protocol/kinds';

/** A script: its text, or several files by path relative to the entry's folder. */
export type Source =
  | string
  | { readonly files: Readonly<Record<string, string>>; readonly entry: string };

/** The part of a job that says what to run. */
export type JobSource = Pick<JobMessage, 'entry' | 'files' | 'language'>;

/** Whether types are to be stripped from a file of it, as far as the names tell. */
export function hasTypeScript({ files }: JobSource): boolean {
  return Object.keys(files).some((path) => /\.[cm]?ts$/.test(path));
}

/** The name that a script given as text has in errors. */
const textEntry = 'script.js';

/** Checks a source and measures it. Throws `invalid_source` or `source_too_large`. */
export function jobSource(source: Source, sourceBytes: number): JobSource {
  const job = shaped(source);
  let bytes = 0;
  for (const text of Object.values(job.files)) bytes += Buffer.byteLength(text);
  if (bytes > sourceBytes) {
    throw new CastellanError(
      'source_too_large',
      `The source is ${bytes} bytes long, sourceBytes allows ${sourceBytes}.`,
    );
  }
  return job;
}

function shaped(source: unknown): JobSource {
  if (typeof source === 'string') {
    return { entry: textEntry, files: { [textEntry]: source }, language: 'auto' };
  }
  if (typeof source !== 'object' || source === null) {
    throw new CastellanError(
      'invalid_source',
      `The source must be text or { files, entry }, not ${source === null ? 'null' : typeof source}.`,
    );
  }
  const { files, entry } = source as { files?: unknown; entry?: unknown };
  if (typeof files !== 'object' || files === null) {
    throw new CastellanError('invalid_source', 'source.files must be an object of path: text.', {
      option: 'source.files',
      value: files,
    });
  }
  const copy: Record<string, string> = { __proto__: null } as never;
  for (const [path, text] of Object.entries(files)) {
    if (!isSourcePath(path)) throw badPath(path);
    if (typeof text !== 'string') {
      throw new CastellanError('invalid_source', `source.files[${shown(path)}] is not text.`, {
        option: `source.files[${shown(path)}]`,
        value: text,
      });
    }
    copy[path] = text;
  }
  if (typeof entry !== 'string' || !Object.hasOwn(copy, entry) || !isEntryPath(entry)) {
    const known = Object.keys(copy).slice(0, 10).join(', ');
    throw new CastellanError(
      'invalid_source',
      `source.entry ${shown(entry)} is no script among source.files (${known}).`,
      { option: 'source.entry', value: entry, allowed: Object.keys(copy) },
    );
  }
  return { entry, files: copy, language: 'byName' };
}

function badPath(path: string): CastellanError {
  return new CastellanError(
    'invalid_source',
    `${shown(path)} cannot name a source file: use a relative path with "/" and without "..", ending in ${sourceEndings.join(' ')}.`,
    { option: 'source.files', value: path },
  );
}
