/** Stack traces as scripts read them: without the frames of what runs them. */

import { defineOwn } from '../guest/platform/natives.ts';

const { apply } = Reflect;
const { defineProperty } = Object;
const ErrorOf = Error;
const errorText = Error.prototype.toString;
const WeakMapOf = WeakMap;
const { get: lookUp, set: remember } = WeakMap.prototype;

type Formatter = (error: unknown, sites: CallSite[]) => unknown;
type CallSite = NodeJS.CallSite;

/** What `cleanStacks` needs to know of an engine. */
export interface StackRules {
  /** Whether a file is none of the script's. */
  isOurs(file: string): boolean;
  /** The text of a frame as the author knows the file, or empty to leave it out; `text` is V8's own. */
  shown(text: string): string;
  /** Takes each error whose stack is formatted, with the text that a script reads by default. */
  onStack(error: object, text: string): void;
}

/** V8's own methods of a frame; a script that gets hold of one may replace those of the prototype. */
interface SiteMethods {
  readonly getFileName: () => unknown;
  readonly toString: () => string;
}

/**
 * Makes V8 leave out frames of ours wherever a stack is formatted. `Error.prepareStackTrace` is a
 * function, as in Node; one of a script's gets the script's frames only.
 */
export function cleanStacks({ isOurs, shown, onStack }: StackRules): void {
  const { getFileName, toString } = siteMethods();

  const own = (sites: CallSite[]): CallSite[] => {
    const kept: CallSite[] = [];
    for (let index = 0; index < sites.length; index++) {
      const site = sites[index] as CallSite;
      const file: unknown = apply(getFileName, site, []);
      if (typeof file === 'string' && isOurs(file)) continue;
      defineOwn(kept, kept.length, site);
    }
    return kept;
  };
  const textOf = (error: unknown, sites: CallSite[]): string => {
    let text = headOf(error);
    for (let index = 0; index < sites.length; index++) {
      const frame = shown(apply(toString, sites[index], []));
      if (frame !== '') text += `\n    at ${frame}`;
    }
    if (typeof error === 'object' && error !== null) onStack(error, text);
    return text;
  };

  const prepareStackTrace: Formatter = (error, sites) => textOf(error, own(sites));
  /** The wrapper of each function of a script's, and itself for each wrapper. */
  const wrappers = new WeakMapOf<Formatter, Formatter>();
  let current = prepareStackTrace;
  const wrap = (formatter: Formatter): Formatter => {
    const known = apply(lookUp, wrappers, [formatter]) as Formatter | undefined;
    if (known !== undefined) return known;
    const wrapper: Formatter = (error, sites) => {
      const kept = own(sites);
      textOf(error, kept);
      return apply(formatter, ErrorOf, [error, kept]);
    };
    apply(remember, wrappers, [formatter, wrapper]);
    apply(remember, wrappers, [wrapper, wrapper]);
    return wrapper;
  };
  apply(remember, wrappers, [prepareStackTrace, prepareStackTrace]);
  defineProperty(ErrorOf, 'prepareStackTrace', {
    get: () => current,
    set: (value: unknown) => {
      current = typeof value === 'function' ? wrap(value as Formatter) : prepareStackTrace;
    },
    enumerable: false,
    configurable: true,
  });
}

/** The first line of a stack. Reading the error may run the script's code, which may throw. */
function headOf(error: unknown): string {
  try {
    return apply(errorText, error, []);
  } catch {
    return '<error>';
  }
}

function siteMethods(): SiteMethods {
  const { prepareStackTrace, stackTraceLimit } = ErrorOf;
  // While a snapshot is made there is no limit yet, and V8 captures nothing.
  ErrorOf.stackTraceLimit = 1;
  ErrorOf.prepareStackTrace = (_, [site]) => site;
  const { stack: site } = new ErrorOf() as { stack?: unknown };
  Object.assign(ErrorOf, { prepareStackTrace, stackTraceLimit });
  if (stackTraceLimit === undefined) Reflect.deleteProperty(ErrorOf, 'stackTraceLimit');
  const { getFileName, toString } = Object.getPrototypeOf(site) as SiteMethods;
  return { getFileName, toString };
}
