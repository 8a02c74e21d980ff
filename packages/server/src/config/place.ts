import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where a program went wrong. */
export interface Place {
  /** Absolute. */
  readonly file: string;
  readonly line: number;
  readonly column: number | null;
}

/**
 * Where `error` arose: the place that Node shows for what it could not read, else the first frame
 * that is not Node's own and, if there is one, not in a package. Null if nothing tells.
 */
export function placeOf(error: unknown, files: readonly string[]): Place | null {
  if (!(error instanceof Error) || typeof error.stack !== 'string') return null;
  const lines = error.stack.split('\n');
  const pointed = pointedAt(lines);
  if (pointed !== null) return pointed;
  const frames = lines
    .map(placeOfFrame)
    .filter((place) => place !== null)
    .filter(({ file }) => !file.startsWith(import.meta.dirname));
  const own = frames.find(({ file }) => !file.includes('/node_modules/')) ?? frames[0] ?? null;
  // V8's error for a module that cannot be parsed has only frames of the loader.
  return error instanceof SyntaxError && !files.includes(own?.file ?? '')
    ? placeOfSyntax(files)
    : own;
}

/** Reads `FILE:LINE`, lines of the source and a `^` below the column, as Node writes them. */
function pointedAt([head = '', ...rest]: readonly string[]): Place | null {
  const [, file, line] = /^(\S.*):(\d+)$/.exec(head) ?? [];
  if (file === undefined) return null;
  const at = rest.find((text) => /^\s*\^/.test(text))?.indexOf('^') ?? -1;
  const path = file.startsWith('file:') ? fileURLToPath(file) : file;
  return { file: path, line: Number(line), column: at === -1 ? null : at + 1 };
}

function placeOfFrame(text: string): Place | null {
  const [, url, path, line, column] =
    /^\s+at (?:async )?(?:.* \()?(?:(file:\/\/[^\s)]+)|(\/[^)]+)):(\d+):(\d+)\)?$/.exec(text) ?? [];
  const file = url === undefined ? path : fileURLToPath(url);
  return file === undefined ? null : { file, line: Number(line), column: Number(column) };
}

/** Has Node read each file as a module, in a process of its own, until it finds one that is none. */
function placeOfSyntax(files: readonly string[]): Place | null {
  for (const file of files) {
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '--check', '-'],
      { input: readFileSync(file), encoding: 'utf8', timeout: 10_000 },
    );
    if (status === 0) continue;
    const place = pointedAt(stderr.split('\n'));
    if (place !== null) return { ...place, file };
  }
  return null;
}
