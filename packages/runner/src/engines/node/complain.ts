import { createRequire, registerHooks } from 'node:module';
import { Script } from 'node:vm';
import { bodyEnd, bodyStart, type Complain, type Complaint } from '../../script/words.ts';

/** Behind `bodyStart`, for what is a module: those are strict. */
const strict = "'use strict';";

/**
 * What Node's V8 says about a source. Only Node's loader compiles modules, and it tells no place: the
 * place comes from the same text as a body, without what makes it a module, if V8 says the same there.
 */
export const complain: Complain = (source, form) => {
  if (form === 'body') return complainOfBody(source, bodyStart);
  const message = complainOfModule(source);
  if (message === null) return null;
  const asBody = complainOfBody(withoutModuleWords(source), bodyStart + strict);
  return asBody?.message === message ? asBody : { message, line: null, column: null };
};

function complainOfBody(source: string, start: string): Complaint | null {
  try {
    const columnOffset = 0 - start.length;
    void new Script(`${start}${source}${bodyEnd}`, { filename: 'source', columnOffset });
    return null;
  } catch (error) {
    if (!(error instanceof SyntaxError)) return null;
    return { message: error.message, ...placeOf(error, start.length) };
  }
}

const probe = 'file:///castellan/probe/';
const never = 'castellan:never';
let probes = 0;

/** Loads a module that imports what cannot be resolved, so that it is compiled and never evaluated. */
function complainOfModule(source: string): string | null {
  const url = `${probe}${++probes}.mjs`;
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      if (specifier === never) throw new Error('it compiles');
      return specifier === url
        ? { url, format: 'module', shortCircuit: true }
        : next(specifier, context);
    },
    load: (at, context, next) =>
      at === url
        ? { format: 'module', source: `import"${never}";${source}`, shortCircuit: true }
        : next(at, context),
  });
  try {
    createRequire(probe)(url);
    return null;
  } catch (error) {
    return error instanceof SyntaxError ? error.message : null;
  } finally {
    hooks.deregister();
  }
}

/** The same text with blanks for `import … from '…'`, `export` and `export default`. */
function withoutModuleWords(source: string): string {
  const blank = (text: string): string => text.replaceAll(/[^\n]/g, ' ');
  return source
    .replaceAll(/^[ \t]*import\s*(?:[\w$*{}\s,]+?\bfrom\s*)?(['"])[^'"\n]*\1/gm, blank)
    .replaceAll(/^[ \t]*export\s+default\b/gm, (text) => `${blank(text).slice(2)}f=`)
    .replaceAll(/(?<=^|;)[ \t]*export\b(?=\s*[a-z])/gm, blank);
}

/**
 * Node tells the place by a picture before the stack: file and line, the line itself, and carets. It
 * draws none for a long line.
 */
function placeOf(
  { stack = '' }: Error,
  startLength: number,
): { line: number | null; column: number | null } {
  const [head = '', , carets = ''] = stack.split('\n');
  const line = /^source:(\d+)$/.exec(head)?.[1];
  const at = carets.indexOf('^');
  if (line === undefined || at === -1) return { line: null, column: null };
  return { line: Number(line), column: at + 1 - (line === '1' ? startLength : 0) };
}
