import type { RunError } from '@castellan/protocol';

/** What the advice depends on. */
export interface Circumstances {
  readonly engine: 'isolate' | 'node';
  readonly hasBrowser: boolean;
}

interface Row {
  /** The globals that are missing. */
  readonly names: readonly string[];
  readonly holds: (run: Circumstances) => boolean;
  readonly sentence: string;
}

const inIsolate = ({ engine }: Circumstances): boolean => engine === 'isolate';
const withoutBrowser = ({ hasBrowser }: Circumstances): boolean => !hasBrowser;
const always = (): boolean => true;

/** What scripts reach for that is elsewhere. The first row that holds speaks. */
const rows: readonly Row[] = [
  {
    names: ['Buffer'],
    holds: inIsolate,
    sentence: 'It is a global of runs that may import node:buffer; Uint8Array needs nothing.',
  },
  {
    names: ['setImmediate', 'clearImmediate'],
    holds: inIsolate,
    sentence: 'It is in node:timers, where that may be imported; setTimeout needs nothing.',
  },
  {
    names: ['process'],
    holds: inIsolate,
    sentence: "The run's variables are in env; engine: 'node' has the process.",
  },
  {
    names: ['__dirname', '__filename'],
    holds: inIsolate,
    sentence: "An isolate has no folders; engine: 'node' has.",
  },
  {
    names: ['global'],
    holds: inIsolate,
    sentence: 'globalThis is its name everywhere.',
  },
  {
    names: ['WebAssembly', 'SharedArrayBuffer', 'Atomics', 'WebSocket', 'EventSource'],
    holds: inIsolate,
    sentence: "Isolates do not have it; engine: 'node' has.",
  },
  {
    names: ['page', 'browser', 'puppeteer'],
    holds: withoutBrowser,
    sentence: 'This run has no browser: ask for one with browser: {}, or --browser.',
  },
  {
    names: ['document', 'window', 'localStorage', 'sessionStorage', 'alert'],
    holds: always,
    sentence: 'Pages have it: in a run with a browser, page.evaluate() runs a function in one.',
  },
  {
    names: ['XMLHttpRequest'],
    holds: always,
    sentence: 'Pages have it; fetch is for scripts.',
  },
];

/**
 * Adds the way out to the record of an error about what an engine lacks. The error that the script
 * sees keeps V8's message, since scripts compare those.
 */
export function withWayOut(error: RunError, run: Circumstances): RunError {
  const [, name] = /^([\w$]+) is not defined$/.exec(error.message) ?? [];
  const row = rows.find(
    ({ names, holds }) => name !== undefined && names.includes(name) && holds(run),
  );
  return row === undefined ? error : { ...error, message: `${error.message}. ${row.sentence}` };
}
