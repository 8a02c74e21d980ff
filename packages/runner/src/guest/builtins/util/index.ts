/** `util`: Node's own JavaScript, with the console's `inspect`. */
import { type Comparisons, comparisonsOf } from '../node/comparisons.ts';
import * as internals from '../node/internals.ts';
import promises from '../timers/promises.ts';
import { kinds } from './kinds.ts';

const { inspect, format, formatWithOptions, stripVTControlCharacters } = castellan.inspection;

let comparisons: Comparisons | undefined;
const debuglog = (): object => Object.assign(() => undefined, { enabled: false });

/** What says something of the process or its system, or has no meaning without one. */
const absent = [
  '_errnoException',
  '_exceptionWithHostPort',
  'convertProcessSignalToExitCode',
  'getCallSites',
  'getSystemErrorMap',
  'getSystemErrorName',
  'getSystemErrorMessage',
  'parseEnv',
  'transferableAbortController',
  'transferableAbortSignal',
];

/** Resolves when the signal is aborted. */
async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  );
}

const modules = {
  // Only asked for the bytes of a colour.
  buffer: {
    Buffer: {
      from: (hex: string) => hex.match(/../g)!.map((digits) => Number.parseInt(digits, 16)),
    },
  },
  'internal/streams/utils': {
    isReadableStream: () => false,
    isWritableStream: () => false,
    isNodeStream: (value: unknown) => typeof value === 'object' && value !== null,
  },
  'internal/abort_controller': { aborted },
  'internal/util/debuglog': { debuglog },
  'internal/util/inspect': { inspect, format, formatWithOptions, stripVTControlCharacters },
  'internal/util/types': kinds,
  'internal/util/colors': { shouldColorize: (): boolean => false },
  'internal/util/comparisons': {
    isDeepStrictEqual: (...values: Parameters<Comparisons['isDeepStrictEqual']>): boolean =>
      (comparisons ??= comparisonsOf(kinds)).isDeepStrictEqual(...values),
  },
  'internal/util:rest': { ...internals, defineLazyProperties: (): void => undefined },
};
const parseArgsModules = { 'internal/options': { getOptionValue: (): string[] => [] } };

const util = nodeUtil({ internals, modules });
for (const name of absent) Reflect.deleteProperty(util, name);
const { custom } = Object.assign(util.promisify, internals.promisify);
for (const [start, name] of [
  [setTimeout, 'setTimeout'],
  [setImmediate, 'setImmediate'],
] as const)
  Object.defineProperty(start, custom, { enumerable: true, get: () => promises[name] });

/** Loads a part that is seldom asked for. */
function later<T extends object>(load: () => T, ...names: (keyof T & string)[]): void {
  let loaded: T | undefined;
  for (const name of names) {
    Object.defineProperty(util, name, {
      get: () => (loaded ??= load())[name],
      enumerable: true,
      configurable: true,
    });
  }
}
later(() => nodeParseArgs({ internals, modules: parseArgsModules }), 'parseArgs');
later(() => nodeMime({ internals }), 'MIMEType', 'MIMEParams');
later(() => nodeDiff({ internals }), 'diff');

export default Object.assign(util, { TextDecoder, TextEncoder });
