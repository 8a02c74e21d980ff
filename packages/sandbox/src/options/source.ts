import { isUtf8 } from 'node:buffer';
import { CastellanError } from '@castellan/protocol';
import { isEntryPath, isSourcePath } from '@castellan/protocol/paths';
import type { JobMessage } from '@castellan/protocol/frames';
import {
  base64Bytes,
  faultOfEntry,
  faultOfFiles,
  isRecord,
  readOption,
  shown,
  type SourceFile,
  sourceFiles,
  type SourceFiles,
} from '@castellan/protocol/kinds';

/**
 * A script: its text, or several files by path relative to the entry's folder. Files that are no
 * scripts are data: the script reads them by `files.read`, or in full Node from its working directory.
 */
export type Source = string | { readonly files: SourceFiles; readonly entry: string };

/** The part of a job that says what to run. */
export interface JobSource extends Pick<JobMessage, 'entry' | 'files' | 'language'> {
  /** The files that are no sources, by path. */
  readonly data: ReadonlyMap<string, Uint8Array>;
}

/** Whether types are to be stripped from a file of it, as far as the names tell. */
export function hasTypeScript({ files }: JobSource): boolean {
  return Object.keys(files).some((path) => /\.[cm]?ts$/.test(path));
}

/** The name that a script given as text has in errors. */
const textEntry = 'script.js';

/** Checks a source, measures it and decodes it. Throws `invalid_source` or `source_too_large`. */
export function jobSource(source: Source, sourceBytes: number): JobSource {
  if (typeof source === 'string') {
    refuseLarger(Buffer.byteLength(source), sourceBytes);
    return { entry: textEntry, files: { [textEntry]: source }, data: new Map(), language: 'auto' };
  }
  const { entry, files: given } = shaped(source);
  const files: Record<string, string> = { __proto__: null } as never;
  const data = new Map<string, Uint8Array>();
  const sizes = Object.values(given).map(bytesOf);
  refuseLarger(
    sizes.reduce((sum, bytes) => sum + bytes, 0),
    sourceBytes,
  );
  for (const [path, file] of Object.entries(given)) {
    if (isSourcePath(path)) files[path] = sourceText(path, file);
    else data.set(path, contentOf(file));
  }
  return { entry, files, data, language: 'byName' };
}

function refuseLarger(bytes: number, sourceBytes: number): void {
  if (bytes <= sourceBytes) return;
  throw new CastellanError(
    'source_too_large',
    `The source is ${bytes} bytes long, sourceBytes allows ${sourceBytes}.`,
  );
}

function bytesOf(file: SourceFile): number {
  return typeof file === 'string' ? Buffer.byteLength(file) : base64Bytes(file.base64);
}

function contentOf(file: SourceFile): Buffer {
  return typeof file === 'string' ? Buffer.from(file) : Buffer.from(file.base64, 'base64');
}

/** Sources may come as base64 too, from callers that send all files alike. */
function sourceText(path: string, file: SourceFile): string {
  if (typeof file === 'string') return file;
  const bytes = contentOf(file);
  if (isUtf8(bytes)) return bytes.toString();
  const option = `source.files[${shown(path)}]`;
  throw new CastellanError(
    'invalid_source',
    `${option} is no text in UTF-8, and its name says that it is a source.`,
    { option },
  );
}

function shaped(source: unknown): Exclude<Source, string> {
  if (!isRecord(source)) {
    throw new CastellanError(
      'invalid_source',
      `The source must be text or { files, entry }, not ${source === null ? 'null' : typeof source}.`,
    );
  }
  const files = readOption(sourceFiles, source['files'], 'source.files', 'invalid_source');
  const paths = Object.keys(files);
  const clash = faultOfFiles(paths);
  if (clash !== null) {
    const { path, fault } = clash;
    throw new CastellanError('invalid_source', `source.files: ${shown(path)} ${fault}.`, {
      option: 'source.files',
      value: path,
    });
  }
  const { entry } = source;
  const fault = typeof entry === 'string' ? faultOfEntry(files, entry) : 'must be one of the files';
  if (typeof entry !== 'string' || fault !== null) {
    const scripts = paths.filter(isEntryPath);
    throw new CastellanError(
      'invalid_source',
      `source.entry ${shown(entry)} ${fault}. Scripts: ${scripts.slice(0, 10).join(', ')}.`,
      { option: 'source.entry', value: entry, allowed: scripts },
    );
  }
  return { files, entry };
}
