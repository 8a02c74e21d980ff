import { type Analysis, analyze } from './analyze.ts';
import { type SourceProblem } from './problem.ts';
import { applyEdits, type Edit, type Shift, shiftsOf } from './edits.ts';
import { entryName } from './entry-calls.ts';
import { firstComment, plainSource } from './first-line.ts';
import { guards } from './guards.ts';
import { hookImport, moduleScope, noScope } from './module-scope.ts';
import type { Origin } from './origin.ts';
import type { Settings } from './transform/settings.ts';
import { type Compiled, compileTypes, type Language } from './typescript.ts';

/** A source file, ready for the engine to compile. */
export interface Prepared {
  readonly analysis: Analysis;
  /** The file as JavaScript. */
  readonly source: string;
  /** Where a place of `source` was written; undefined when every character stayed at its place. */
  readonly origin: Origin | undefined;
  readonly code: string;
  /** Length of the text before the user's first character on the first line, in UTF-16 units. */
  readonly prefixLength: number;
  /** Where the text of a line was replaced by text of another length, in order. */
  readonly shifts: readonly Shift[];
}

/** The language of a file by its ending; other endings are refused before a run. */
export function languageOf(file: string): Exclude<Language, 'auto'> {
  if (/\.[jt]sx$/.test(file)) return file.endsWith('.tsx') ? 'tsx' : 'jsx';
  return /\.[mc]?ts$/.test(file) ? 'typescript' : 'javascript';
}

export interface PrepareOptions {
  /** Keeps all of `analysis.program`. */
  readonly keepsTree: boolean;
  /** Leaves modules, `import()` and `import.meta` as they are written, since the engine has its own. */
  readonly keepsImport: boolean;
  /** Text before the file, for an engine that needs some in an entry. */
  readonly lead: string;
  /** Whether modules may be evaluated for a `require()`. */
  readonly mayRequire: boolean;
  /** What TypeScript and JSX become; asked when there is some. Throws a `Refusal`. */
  readonly settings: () => Settings;
}

/**
 * Parses one file and makes it what the engine compiles: a native ES module, or a function whose
 * body is the file. `alias` is an identifier of six characters, the length of `import`, that occurs
 * in no file of the run.
 */
export function prepare(
  given: string,
  file: string,
  language: Language,
  alias: string,
  { keepsTree, keepsImport, lead, mayRequire, settings }: PrepareOptions,
): Prepared | SourceProblem {
  const source = plainSource(given);
  const parsed = parse(source, language, /\.m[jt]s$/.test(file), keepsTree, settings);
  if ('message' in parsed) return parsed;
  const analysis = keepsImport ? { ...parsed.analysis, importWords: [] } : parsed.analysis;
  return analysis.kind === 'module'
    ? prepareModule(parsed, analysis, alias, keepsImport ? lead : null, mayRequire)
    : prepareBody(parsed, analysis, alias, file, lead);
}

function parse(
  source: string,
  language: Language,
  forceModule: boolean,
  keepsTree: boolean,
  settings: PrepareOptions['settings'],
): Compiled | SourceProblem {
  const isTyped = language === 'typescript' || language === 'tsx';
  const asJavaScript = isTyped ? undefined : analyze(source, forceModule, keepsTree);
  if (asJavaScript !== undefined && !('message' in asJavaScript)) {
    return { source, analysis: asJavaScript, origin: undefined };
  }
  if (asJavaScript !== undefined && language === 'javascript') return asJavaScript;
  const options = { isModule: forceModule, keepsTree, settings: settings() };
  const compiled = compileTypes(source, language as Exclude<Language, 'javascript'>, options);
  if (!('message' in compiled) || asJavaScript === undefined) return compiled;
  // The parser that got further understood more of the file. Of a text without end one tells the begin,
  // the other the end.
  const isOpen = [asJavaScript, compiled].every(({ message }) =>
    message.startsWith('Unterminated'),
  );
  return isOpen || asJavaScript.offset > compiled.offset ? asJavaScript : compiled;
}

/**
 *     import{x as A}from"castellan:import…";using AU=A.enter();…the file…
 *     ;AU.done()
 *
 * A is `import()`, and `import.meta` its property. V8 disposes of AU when the module ends, however it
 * ends: so the guest learns what a module throws.
 */
function prepareModule(
  { source, origin }: Compiled,
  analysis: Analysis,
  alias: string,
  lead: string | null,
  mayRequire: boolean,
): Prepared {
  if (lead !== null) {
    const { length } = lead;
    return { analysis, source, origin, code: lead + source, prefixLength: length, shifts: [] };
  }
  const prefix = `${hookImport(alias)}using ${alias}U=${alias}.enter();`;
  const isGuarded = mayRequire && !analysis.hasTopLevelAwait;
  const edits = [
    ...importWordEdits(analysis, alias),
    ...(isGuarded ? guards(analysis.body, alias) : []),
  ];
  const code = `${prefix}${applyEdits(source, edits)}\n;${alias}U.done()`;
  const shifts = shiftsOf(source, edits);
  return { analysis, source, origin, code, prefixLength: prefix.length, shifts };
}

/**
 *     (function(module,exports,require,A,AE){let AV;return async function(){ …the file…
 *     ;return AE(execute,AV)}})
 *
 * A is `import()`. AE marks a result that is no `return` of the user's: it holds the declared `execute`
 * or undefined, and AV, the value of the last expression.
 * The user may declare any name that the outer function has, since the body is a scope of its own.
 * Without await the function is synchronous, so that `require()` can run the file.
 */
function prepareBody(
  { source, origin }: Compiled,
  analysis: Analysis,
  alias: string,
  file: string,
  lead: string,
): Prepared {
  const { lastExpression, lastText, hasTopLevelAwait } = analysis;
  const text = lastText === null ? '' : `=${JSON.stringify(lastText)}`;
  const open = `(function(module,exports,require,${alias},${alias}E){let ${alias}V${text};return ${hasTopLevelAwait ? 'async ' : ''}function(){`;
  const edits = importWordEdits(analysis, alias);
  if (lastExpression !== null) {
    const { start, end, isFunction } = lastExpression;
    // Only in front of the statement, since V8 places some errors where a statement begins.
    // A function would get the variable's name, but not in a list.
    edits.push({ start, end: start, text: `;${alias}V=(${isFunction ? '0,' : ''}` });
    const close = source[end - 1] === ';' ? end - 1 : end;
    edits.push({ start: close, end: close, text: ')' });
  }
  const comment = firstComment(source);
  if (comment !== undefined) edits.push({ start: comment, end: comment + 3, text: '//>' });
  const execute = analysis.declaresExecute && !analysis.callsExecute ? entryName : 'undefined';
  const close = `\n;return ${alias}E(${execute},${alias}V)}})`;
  const scope = analysis.hasModuleScope ? moduleScope(source, analysis, alias, file) : noScope;
  const before = analysis.hasModuleScope ? lead + scope.before : '';
  const code = `${before}${open}${applyEdits(source, [...edits, ...scope.edits])}${close}${scope.after}`;
  const prefixLength = before.length + open.length;
  return { analysis, source, origin, code, prefixLength, shifts: shiftsOf(source, edits) };
}

function importWordEdits(analysis: Analysis, alias: string): Edit[] {
  return analysis.importWords.map((start) => ({ start, end: start + 6, text: alias }));
}

/**
 * An identifier of six characters that occurs in none of the `sources`. They are read once, however
 * many aliases they use up, and there are more aliases than a source has characters.
 */
export function freeAlias(sources: readonly string[]): string {
  const first = aliasOf(0);
  if (!sources.some((source) => source.includes(first))) return first;
  const used = new Set(['import']);
  for (const source of sources)
    for (const { 1: word = '' } of source.matchAll(/(?=(i[\da-z_]{5}))/g)) used.add(word);
  let number = 0;
  while (used.has(aliasOf(number))) number++;
  return aliasOf(number);
}

function aliasOf(number: number): string {
  const digits = number.toString(36);
  return 'imp___'.slice(0, 6 - digits.length) + digits;
}
