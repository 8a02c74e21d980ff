import type { InspectOptions } from 'node-inspect-extracted';
import { durationText } from './duration.ts';
import { formatValues, inspectValue } from './format.ts';
import {
  apply,
  arrayJoin,
  arraySlice,
  captureStackTrace,
  create,
  defineOwn,
  defineProperty,
  isArray,
  mapDelete,
  mapGet,
  mapHas,
  max,
  min,
  stringRepeat,
  mapSet,
  stringSplit,
} from './natives.ts';
import { tableText } from './table.ts';

export type Level = 'debug' | 'info' | 'warn' | 'error';

/** What a console needs: a place for lines, their longest length, and a clock in milliseconds. */
export interface ConsoleHost {
  /** Takes one line of at most `maxTextLength` UTF-16 units. */
  log(level: Level, text: string): void;
  cut(text: string): string;
  now(): number;
}

const groupStep = '  ';

/**
 * Node's console, with lines of text in place of streams. Its methods work unbound, and no value that
 * a script logs can make one of them throw; only the conversion of a label may.
 */
export function createConsole(host: ConsoleHost): { warn(text: string): void } {
  let depth = 0;
  let indentation = '';
  const indentTo = (levels: number): void => {
    depth = max(levels, 0);
    indentation = stringRepeat(groupStep, min(depth, maxIndented));
  };
  const counts = new Map<string, number>();
  const timers = new Map<string, number>();

  // Text is also cut before it is indented, since indenting may multiply its length.
  const write = (level: Level, text: string): void => {
    const line = host.cut(text);
    host.log(level, indentation === '' ? line : host.cut(indent(line, indentation)));
  };
  const writeValues = (level: Level, values: unknown[]): void => write(level, formatValues(values));
  const elapsed = (label: string, method: string): string | undefined => {
    const start = mapGet(timers, label);
    if (start !== undefined) return durationText(host.now() - start);
    write('warn', `Warning: No such label '${label}' for console.${method}()`);
    return undefined;
  };

  const methods = {
    log: (...values: unknown[]) => writeValues('info', values),
    debug: (...values: unknown[]) => writeValues('debug', values),
    info: (...values: unknown[]) => writeValues('info', values),
    warn: (...values: unknown[]) => writeValues('warn', values),
    error: (...values: unknown[]) => writeValues('error', values),
    trace(...values: unknown[]) {
      const trace = create(null) as { name: string; message: string; stack?: unknown };
      trace.name = 'Trace';
      trace.message = formatValues(values);
      captureStackTrace(trace, methods.trace);
      write('error', typeof trace.stack === 'string' ? trace.stack : `Trace: ${trace.message}`);
    },
    dir: (value?: unknown, options?: InspectOptions) =>
      write('info', inspectValue(value, { customInspect: false, ...options })),
    dirxml: (...values: unknown[]) => writeValues('info', values),
    table(data?: unknown, properties?: unknown) {
      if (typeof data !== 'object' || data === null) return writeValues('info', [data]);
      const columns = isArray(properties) ? (properties as readonly string[]) : undefined;
      return write(
        'info',
        guarded(() => tableText(data, columns), data),
      );
    },
    group(...values: unknown[]) {
      if (values.length > 0) writeValues('info', values);
      indentTo(depth + 1);
    },
    groupCollapsed: (...values: unknown[]) => apply(methods.group, undefined, values),
    groupEnd() {
      indentTo(depth - 1);
    },
    time(label: unknown = 'default') {
      const name = labelText(label);
      if (mapHas(timers, name)) {
        write('warn', `Warning: Label '${name}' already exists for console.time()`);
        return;
      }
      mapSet(timers, name, host.now());
    },
    timeLog(label: unknown = 'default', ...values: unknown[]) {
      const name = labelText(label);
      const duration = elapsed(name, 'timeLog');
      if (duration === undefined) return;
      const line = `${name}: ${duration}`;
      write('info', values.length === 0 ? line : `${line} ${formatValues(values)}`);
    },
    timeEnd(label: unknown = 'default') {
      const name = labelText(label);
      const duration = elapsed(name, 'timeEnd');
      if (duration !== undefined) write('info', `${name}: ${duration}`);
      mapDelete(timers, name);
    },
    count(label: unknown = 'default') {
      const name = labelText(label);
      const count = (mapGet(counts, name) ?? 0) + 1;
      mapSet(counts, name, count);
      write('info', `${name}: ${count}`);
    },
    countReset(label: unknown = 'default') {
      const name = labelText(label);
      if (!mapDelete(counts, name)) write('warn', `Warning: Count for '${name}' does not exist`);
    },
    assert(condition?: unknown, ...values: unknown[]) {
      if (condition) return;
      const hasText = typeof values[0] === 'string';
      const first = hasText ? `Assertion failed: ${values[0] as string}` : 'Assertion failed';
      writeValues('warn', prepend(first, arraySlice(values, hasText ? 1 : 0)));
    },
    clear() {},
  };

  // Web IDL: a namespace object has a fresh empty prototype, enumerable methods, a class string.
  const console = create(create(Object.prototype) as object) as object;
  for (const name of Object.keys(methods) as (keyof typeof methods)[]) {
    const method = methods[name];
    defineProperty(method, 'length', { value: 0 });
    defineProperty(console, name, {
      value: method,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  defineProperty(console, Symbol.toStringTag, { value: 'console', configurable: true });
  return console as ReturnType<typeof createConsole>;
}

/** The deepest group whose lines are indented further: each line carries all of its indentation. */
const maxIndented = 40;

function indent(text: string, indentation: string): string {
  return indentation + arrayJoin(stringSplit(text, '\n'), `\n${indentation}`);
}

/** The Console standard lets a label's own conversion throw. */
function labelText(label: unknown): string {
  return typeof label === 'symbol' ? label.toString() : `${label as string}`;
}

/** Calls `produce`, which may run a script's getters or conversions; shows `value` if that throws. */
function guarded(produce: () => string, value: unknown): string {
  try {
    return produce();
  } catch {
    return inspectValue(value);
  }
}

function prepend(first: unknown, rest: readonly unknown[]): unknown[] {
  const list = [first];
  for (let index = 0; index < rest.length; index++) defineOwn(list, index + 1, rest[index]);
  return list;
}
