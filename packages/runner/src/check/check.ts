import { createRequire } from 'node:module';
import type { JobMessage, Problem } from '@castellan/protocol';
import { type Options, parse, type Program } from 'acorn';
import type { Outcome } from '../engine.ts';
import type { Warm } from '../isolate/warm.ts';
import { Files } from '../modules/files.ts';
import { Loader } from '../modules/loader.ts';
import { Refusal } from '../modules/refusal.ts';
import { type Analysis, problemOf } from '../source/analyze.ts';
import { languageOf, understand } from '../source/prepare.ts';
import { hasEntry } from './entry.ts';
import { globalNames } from './globals.ts';
import { Problems } from './problems.ts';
import type { Mention, References } from './references.ts';

/** A file that parses: its text as JavaScript, and what it asks for. */
interface Read extends References {
  readonly file: string;
  readonly source: string;
}

/** Reads all files of a job and runs none of them. The value is `{ problems }`. Advice, no wall. */
export async function check(warm: Warm, job: JobMessage): Promise<Outcome> {
  const problems = new Problems();
  const files = new Files(job);
  const paths = Object.keys(job.files);
  const reads = paths.flatMap((file) => readFile(job, file, problems) ?? []);

  const known = new Set(globalNames(warm, job));
  for (const read of reads) for (const name of read.known) known.add(name);
  for (const read of reads) {
    for (const mention of read.modules) resolveModule(files, read, mention, problems);
    for (const { name, offset } of read.free) {
      if (known.has(name) || (read.kind === 'body' && bodyNames.has(name))) continue;
      problems.add({
        code: 'unknown_global',
        message: `${JSON.stringify(name)} is not defined`,
        ...placeOf(read, offset),
      });
    }
  }
  let loader = new Loader(warm, files);
  for (const { file } of reads) {
    if (!problems.parses(file) || compile(files, loader, file, problems)) continue;
    // What failed to link stays half linked.
    loader = new Loader(warm, files);
  }
  const value = { problems: problems.sorted(paths) };
  return { result: { ok: true, pending: null }, json: JSON.stringify(value) };
}

/** What the function around a body gives it. */
const bodyNames = new Set(['module', 'exports', 'require', 'arguments']);

/** Adds the one syntax error of a file, and gives what the file asks for when it has none. */
function readFile(job: JobMessage, file: string, problems: Problems): Read | undefined {
  const given = job.files[file] ?? '';
  const refuse = (message: string, line: number | null, column: number | null): undefined =>
    problems.add({ code: 'syntax_error', message, file, line, column });
  if (file.endsWith('.json')) {
    try {
      JSON.parse(given);
    } catch (error) {
      const { message } = error as Error;
      const [, line, column] = /line (\d+) column (\d+)/.exec(message) ?? [];
      refuse(message, Number(line ?? NaN) || null, Number(column ?? NaN) || null);
    }
    return undefined;
  }
  const language = job.language === 'auto' ? 'auto' : languageOf(file);
  const understood = understand(given, file, language);
  if ('message' in understood) {
    return refuse(understood.message, understood.line, understood.column);
  }
  const { source, analysis } = understood;
  try {
    const program = parse(source, optionsFor(analysis));
    if (file === job.entry && !hasEntry(program, analysis, source)) {
      const message = "the function 'execute' could not be found";
      problems.add({ code: 'no_entry', message, file, line: null, column: null });
    }
    return { file, source, ...readReferences()(program, analysis) };
  } catch (error) {
    const { message, line, column } = problemOf(error);
    return refuse(message, line, column);
  }
}

/** As the engine will take the file: a module is strict and returns nothing. */
function optionsFor({ kind }: Analysis): Options {
  const isModule = kind === 'module';
  return {
    ecmaVersion: 'latest',
    sourceType: isModule ? 'module' : 'script',
    allowReturnOutsideFunction: !isModule,
    allowAwaitOutsideFunction: true,
    allowImportExportEverywhere: !isModule,
  };
}

/** Loaded when the first check is asked for. */
function readReferences(): (program: Program, analysis: Analysis) => References {
  const require = createRequire(process.argv[1] ?? '');
  return (require('./references.js') as typeof import('./references.ts')).references;
}

/** What may be imported is for the loader to say, here as in a run. */
function resolveModule(files: Files, read: Read, { name, offset }: Mention, to: Problems): void {
  try {
    files.resolve(name, read.file);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { reason: code, message } = error;
    to.add({ code, message, ...placeOf(read, offset) });
  }
}

/** Notes what the engine itself refuses: rules that the parser does not know, names that no file exports. */
function compile(files: Files, loader: Loader, file: string, problems: Problems): boolean {
  try {
    if (files.kind(file) === 'module') loader.link(file);
    else loader.define(file);
    return true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { reason, message, place } = error;
    const { line = null, column = null } = place ?? {};
    const where = place?.file ?? file;
    if (reason === 'syntax_error' && problems.parses(where)) {
      problems.add({ code: reason, message, file: where, line, column });
    }
    return false;
  }
}

function placeOf(
  { file, source }: Read,
  offset: number,
): Pick<Problem, 'file' | 'line' | 'column'> {
  const before = source.slice(0, offset).split(/\r\n|[\n\r\u2028\u2029]/);
  return { file, line: before.length, column: (before.at(-1) ?? '').length + 1 };
}
