import type { ImportDeclaration } from 'acorn';
import { type Analysis, analyze, type SourceProblem } from './analyze.ts';
import { entryName } from './entry-calls.ts';
import { firstComment, plainSource } from './first-line.ts';
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

/** On the user's line `line`, the columns from `start` to before `end` became `length` columns. */
export interface Shift {
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly length: number;
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The language of a file by its ending; other endings are refused before a run. */
export function languageOf(file: string): Exclude<Language, 'auto'> {
  if (/\.[jt]sx$/.test(file)) return file.endsWith('.tsx') ? 'tsx' : 'jsx';
  return /\.[mc]?ts$/.test(file) ? 'typescript' : 'javascript';
}

export interface PrepareOptions {
  /** Keeps all of `analysis.program`. */
  readonly keepsTree: boolean;
  /** Leaves `import()` as it is written, since the engine handles it. */
  readonly keepsImport: boolean;
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
  { keepsTree, keepsImport, settings }: PrepareOptions,
): Prepared | SourceProblem {
  const source = plainSource(given);
  const parsed = parse(source, language, /\.m[jt]s$/.test(file), keepsTree, settings);
  if ('message' in parsed) return parsed;
  const analysis = keepsImport ? { ...parsed.analysis, dynamicImports: [] } : parsed.analysis;
  return analysis.kind === 'module'
    ? prepareModule(parsed, analysis, alias)
    : prepareBody(parsed, analysis, alias);
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
  // The parser that got further understood more of the file.
  return asJavaScript.offset > compiled.offset ? asJavaScript : compiled;
}

function prepareModule({ source, origin }: Compiled, analysis: Analysis, alias: string): Prepared {
  const prefix =
    analysis.dynamicImports.length === 0
      ? ''
      : `import{x as ${alias}}from${JSON.stringify(importHook + alias)};`;
  const code = prefix + applyEdits(source, dynamicImportEdits(analysis, alias));
  return { analysis, source, origin, code, prefixLength: prefix.length, shifts: [] };
}

/** Followed by the alias, the specifier of the module that exports an ES module's own `import()`. */
export const importHook = 'castellan:import';

/**
 *     (function(module,exports,require,A,AE){let AV;return async function(){ …the file…
 *     ;return AE(execute,AV)}})
 *
 * A is `import()`. AE marks a result that is no `return` of the user's: it holds the declared `execute`
 * or undefined, and AV, the value of the last expression.
 * The user may declare any name that the outer function has, since the body is a scope of its own.
 * Without await the function is synchronous, so that `require()` can run the file.
 */
function prepareBody({ source, origin }: Compiled, analysis: Analysis, alias: string): Prepared {
  const { lastExpression, lastText, imports } = analysis;
  const isAsync = analysis.hasTopLevelAwait || imports.length > 0;
  const text = lastText === null ? '' : `=${JSON.stringify(lastText)}`;
  const prefix = `(function(module,exports,require,${alias},${alias}E){let ${alias}V${text};return ${isAsync ? 'async ' : ''}function(){`;
  const edits = [
    ...dynamicImportEdits(analysis, alias),
    ...imports.map((node) => importEdit(source, node, alias)),
  ];
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
  const code = `${prefix}${applyEdits(source, edits)}\n;return ${alias}E(${execute},${alias}V)}})`;
  const shifts = shiftsOf(source, edits);
  return { analysis, source, origin, code, prefixLength: prefix.length, shifts };
}

function dynamicImportEdits(analysis: Analysis, alias: string): Edit[] {
  return analysis.dynamicImports.map((start) => ({ start, end: start + 6, text: alias }));
}

/** `import a, { b as c } from 'd'` becomes `const{default:a,b:c}=await A('d',["default","b"])`. */
function importEdit(source: string, node: ImportDeclaration, alias: string): Edit {
  const specifier = JSON.stringify(node.source.value);
  const names: string[] = [];
  const targets: string[] = [];
  let namespace: string | undefined;
  for (const part of node.specifiers) {
    if (part.type === 'ImportNamespaceSpecifier') {
      namespace = part.local.name;
      continue;
    }
    const imported =
      part.type === 'ImportDefaultSpecifier'
        ? 'default'
        : part.imported.type === 'Identifier'
          ? part.imported.name
          : String(part.imported.value);
    names.push(imported);
    targets.push(`${JSON.stringify(imported)}:${part.local.name}`);
  }
  const load = `await ${alias}(${specifier},${JSON.stringify(names)})`;
  let text = `${load};`;
  if (namespace !== undefined) {
    text = `const ${namespace}=${load}${targets.length > 0 ? `,{${targets.join(',')}}=${namespace}` : ''};`;
  } else if (targets.length > 0) {
    text = `const{${targets.join(',')}}=${load};`;
  }
  const lines = source.slice(node.start, node.end).split('\n').length - 1;
  return { start: node.start, end: node.end, text: text + '\n'.repeat(lines) };
}

function applyEdits(source: string, edits: readonly Edit[]): string {
  let code = '';
  let at = 0;
  for (const { start, end, text } of inOrder(edits)) {
    code += source.slice(at, start) + text;
    at = end;
  }
  return code + source.slice(at);
}

/** An edit has its line breaks at its end, so it changes its first line and the rest of its last. */
function shiftsOf(source: string, edits: readonly Edit[]): Shift[] {
  const places = placesIn(source);
  return inOrder(edits).flatMap(({ start, end, text }) => {
    const { line, column } = places(start);
    const [first = '', ...others] = source.slice(start, end).split('\n');
    const length = text.replaceAll('\n', '').length;
    if (others.length === 0 && length === first.length) return [];
    const shifts: Shift[] = [{ line, start: column, end: column + first.length, length }];
    const last = others.at(-1);
    if (last !== undefined) {
      shifts.push({ line: line + others.length, start: 1, end: 1 + last.length, length: 0 });
    }
    return shifts;
  });
}

/** Looks up lines and columns, from 1, of offsets that never fall: the text is read once for all of them. */
function placesIn(source: string): (offset: number) => { line: number; column: number } {
  let line = 1;
  let lineStart = 0;
  let at = source.indexOf('\n');
  return (offset) => {
    for (; at !== -1 && at < offset; at = source.indexOf('\n', lineStart)) {
      line++;
      lineStart = at + 1;
    }
    return { line, column: offset - lineStart + 1 };
  };
}

function inOrder(edits: readonly Edit[]): Edit[] {
  return edits.toSorted((a, b) => a.start - b.start || a.end - b.end);
}

/** The user's column for a column that the engine reports, both from 1; in an edit, its start. */
export function originalColumn(shifts: readonly Shift[], line: number, column: number): number {
  let moved = 0;
  for (const { start, end, length } of shifts.filter((shift) => shift.line === line)) {
    if (column < start + moved) break;
    if (column < start + moved + length) return start;
    moved += length - (end - start);
  }
  return column - moved;
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
