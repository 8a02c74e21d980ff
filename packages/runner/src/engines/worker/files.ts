import { caps } from '@castellan/protocol/frames';
import { Files } from '../../script/files.ts';
import { importHook } from '../../script/module-scope.ts';
import { type Place, Refusal } from '../../script/refusal.ts';
import { bodyEnd, bodyStart, type Complain, type Complaint } from '../../script/words.ts';
import { blankJob } from '../blank-job.ts';
import { errorsTo, FunctionOf, reportError } from './natives.ts';

/** The name that a script given as text has, as in every engine. */
export const entry = 'script.js';

/** The one file of a run. What stands before it on its first line is counted by the browser. */
export class WorkerFiles extends Files {
  #lead = 0;

  constructor(source: string) {
    const files = { [entry]: source };
    super({ ...blankJob, entry, files, language: 'byName' }, complain);
  }

  /** The file as the browser compiles it: a body, or a module that gets its `import()` from `hook`. */
  code(hook: string | null): string {
    const { code, prefixLength } = this.prepared(entry);
    const named = `\n//# sourceURL=${entry}`;
    this.#lead = prefixLength;
    if (hook === null) return code + named;
    const name = importHook + this.alias;
    this.#lead += hook.length - name.length;
    // Not every browser has `using`, and here the module's importer learns what it threw.
    return code.replace(name, hook).replace(`;using ${this.alias}`, `;const ${this.alias}`) + named;
  }

  /** A syntax error that the browser found in the module. */
  refusalOf(error: SyntaxError): Refusal {
    const { message, line, column } = complaintOf(error);
    const isKnown = line !== null && column !== null;
    const place = isKnown ? this.origin({ file: entry, line, column }) : undefined;
    return new Refusal('syntax_error', message, place ?? null);
  }

  override origin(place: Place): Place | undefined {
    const { file, line, column } = place;
    return super.origin({
      file,
      line,
      column: line === 1 ? Math.max(1, column - this.#lead) : column,
    });
  }

  override placed(frame: string): string {
    if (frame.includes('castellan:') || frame.length > caps.errorStack) return '';
    return super.placed(withoutEval(frame));
  }
}

/** What is evaluated has a name of its own in a stack, where other engines show none. */
function withoutEval(frame: string): string {
  const [, before = '', place] = /^((?:async )?)eval \((script\.js:\d+:\d+)\)$/.exec(frame) ?? [];
  if (place !== undefined) return before + place;
  return frame.replace(/^((?:async )?(?:Object|Timeout|Immediate)\.)eval \(/, '$1<anonymous> (');
}

/** Lines that a function's text has before its body when it is compiled from one. */
const linesBefore = 2;

/** What the browser's V8 says about the body of a function; a module is asked for when it is loaded. */
const complain: Complain = (source, form) => {
  if (form === 'module') return null;
  try {
    Reflect.construct(FunctionOf, [bodyStart + source + bodyEnd]);
    return null;
  } catch (error) {
    if (!(error instanceof SyntaxError)) return null;
    const said = complaintOf(error);
    const line = said.line === null ? 0 : said.line - linesBefore;
    if (line < 1 || said.column === null) return { ...said, line: null, column: null };
    const column = line === 1 ? said.column - bodyStart.length : said.column;
    return { message: said.message, line, column };
  }
};

/** A syntax error with its place, which is in the event by which the browser reports an error. */
function complaintOf(error: SyntaxError): Complaint {
  let place: Pick<Complaint, 'line' | 'column'> = { line: null, column: null };
  const before = errorsTo(({ lineno, colno }) => (place = { line: lineno, column: colno }));
  reportError(error);
  errorsTo(before);
  return { message: error.message, ...place };
}
