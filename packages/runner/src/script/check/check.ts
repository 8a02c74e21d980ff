import { caps, type JobMessage } from '@castellan/protocol/frames';
import { isRelative } from '@castellan/protocol/paths';
import type { Problem } from '@castellan/protocol';
import type { Files } from '../files.ts';
import type { Find } from '../imports.ts';
import { Refusal } from '../refusal.ts';
import { program } from '../programs.ts';
import { settingsFile } from '../transform/settings.ts';
import { hasEntry } from './entry.ts';
import { Problems } from './problems.ts';
import type { References, Wanted } from './references.ts';

/** A file that parses: where its lines begin, and what it refers to. */
interface Read extends References {
  readonly file: string;
  readonly lineStarts: readonly number[];
}

/** What a check needs of an engine. */
export interface CheckEngine {
  /** Names on the global scope as a script of this job finds it. */
  globals(): Iterable<string>;
  readonly find: Find;
  /** Compiles and links a file without running it. Throws a `Refusal`. */
  compile(file: string): void | Promise<void>;
}

/** Checks all files of a job without running them. This is advice, no wall. */
export async function check(
  job: JobMessage,
  files: Files,
  engine: CheckEngine,
): Promise<readonly Problem[]> {
  const problems = new Problems();
  const paths = Object.keys(job.files);
  const reads = paths.flatMap((file) => readFile(files, file, problems) ?? []);

  const entry = reads.find(({ file }) => file === job.entry);
  if (entry !== undefined && !hasEntry(files.prepared(job.entry))) {
    const message = "the function 'execute' could not be found";
    problems.add({ code: 'no_entry', message, file: job.entry, line: null, column: null });
  }

  const known = new Set(engine.globals());
  for (const read of reads) for (const name of read.known) known.add(name);
  for (const read of reads) {
    for (const mention of read.modules) resolveModule(files, engine.find, read, mention, problems);
    // What one file puts on the global scope, all of them see.
    if (reads.some(({ isOpen }) => isOpen)) continue;
    for (const { name, offset } of read.free) {
      if (known.has(name) || (read.kind === 'body' && bodyNames.has(name))) continue;
      problems.add({
        code: 'unknown_global',
        message: `${JSON.stringify(name)} is not defined`,
        ...placeOf(files, read, offset),
      });
    }
  }
  for (const { file } of reads) {
    if (problems.parses(file)) await compile(engine, file, problems);
  }
  return problems.sorted(paths);
}

/** Parameters of the function around a body. */
const bodyNames = new Set(['module', 'exports', 'require', 'arguments']);

/** Reads what a file refers to; adds its syntax error, if there is one, and returns undefined. */
function readFile(files: Files, file: string, problems: Problems): Read | undefined {
  if (file.endsWith('.json') && file !== settingsFile) {
    return readJson(files.source(file), file, problems);
  }
  try {
    if (file === settingsFile) return void files.settings;
    const { analysis, source } = files.prepared(file);
    if (analysis.program === undefined) throw new Error('a check keeps its trees');
    const lineStarts = lineStartsOf(source);
    return {
      file,
      lineStarts,
      ...program<typeof import('./references.ts')>('references.js').references(
        analysis.program,
        analysis,
      ),
    };
  } catch (error) {
    const { reason, message, place } = refusalOf(error);
    const { line = null, column = null } = place ?? {};
    const where = place?.file ?? file;
    return problems.add({ code: reason, message, file: where, line, column });
  }
}

/** A source may be nested too deeply for the walk of its tree, as for the parser. */
function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof RangeError)
    return new Refusal('syntax_error', 'The source is nested too deeply');
  throw error;
}

function readJson(text: string, file: string, problems: Problems): undefined {
  try {
    JSON.parse(text);
  } catch (error) {
    const { message } = error as Error;
    const [, line = null, column = null] = /line (\d+) column (\d+)/.exec(message) ?? [];
    const place = {
      line: line === null ? null : Number(line),
      column: column === null ? null : Number(column),
    };
    problems.add({ code: 'syntax_error', message, file, ...place });
  }
}

/** Resolves a module as the loader does in a run, and adds its refusal. */
function resolveModule(
  files: Files,
  find: Find,
  read: Read,
  { name, offset, how }: Wanted,
  to: Problems,
): void {
  try {
    if (isRelative(name)) files.resolve(name, read.file);
    else find(name, how);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { reason: code, message } = error;
    const specifier = name.length <= caps.specifier ? { specifier: name } : {};
    to.add({ code, message, ...placeOf(files, read, offset), ...specifier });
  }
}

/** Adds what the engine refuses: rules that the parser does not know, names that no file exports. */
async function compile(engine: CheckEngine, file: string, problems: Problems): Promise<void> {
  try {
    await engine.compile(file);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { reason, message, place } = error;
    const { line = null, column = null } = place ?? {};
    const where = place?.file ?? file;
    if (reason === 'syntax_error' && problems.parses(where)) {
      problems.add({ code: reason, message, file: where, line, column });
    }
  }
}

function placeOf(
  files: Files,
  { file, lineStarts }: Read,
  offset: number,
): Pick<Problem, 'file' | 'line' | 'column'> {
  let [low, high] = [0, lineStarts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const column = offset - (lineStarts[low] ?? 0) + 1;
  return files.written({ file, line: low + 1, column });
}

/** Offsets at which the lines of a text begin. */
function lineStartsOf(source: string): number[] {
  const breaks = source.matchAll(/\r\n|[\n\r\u2028\u2029]/g);
  return [0, ...breaks.map(({ 0: text, index }) => index + text.length)];
}
