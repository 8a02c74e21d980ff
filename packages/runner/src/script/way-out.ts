import type { RunError } from '@castellan/protocol';

/** What the advice depends on. */
export interface Circumstances {
  readonly engine: 'isolate' | 'node';
  readonly hasBrowser: boolean;
}

interface Row {
  /** The names that are missing: globals, or functions of modules. */
  readonly names: readonly string[];
  readonly kind: 'global' | 'function';
  readonly holds: (run: Circumstances) => boolean;
  readonly sentence: string;
}

const inIsolate = ({ engine }: Circumstances): boolean => engine === 'isolate';
const withoutBrowser = ({ hasBrowser }: Circumstances): boolean => !hasBrowser;
const always = (): boolean => true;

/** What scripts reach for that is elsewhere. The first row that holds speaks. */
const rows: readonly Row[] = [
  {
    kind: 'global',
    names: ['Buffer'],
    holds: inIsolate,
    sentence: 'It is a global of runs that may import node:buffer; Uint8Array needs nothing.',
  },
  {
    kind: 'global',
    names: ['setImmediate', 'clearImmediate'],
    holds: inIsolate,
    sentence: 'It is in node:timers, where that may be imported; setTimeout needs nothing.',
  },
  {
    kind: 'global',
    names: ['process'],
    holds: inIsolate,
    sentence: "The run's variables are in env; engine: 'node' has the process.",
  },
  {
    kind: 'global',
    names: ['__dirname', '__filename'],
    holds: inIsolate,
    sentence: "An isolate has no folders; engine: 'node' has.",
  },
  {
    kind: 'global',
    names: ['global'],
    holds: inIsolate,
    sentence: 'globalThis is its name everywhere.',
  },
  {
    kind: 'global',
    names: ['WebAssembly', 'SharedArrayBuffer', 'Atomics', 'WebSocket', 'EventSource'],
    holds: inIsolate,
    sentence: "Isolates do not have it; engine: 'node' has.",
  },
  {
    kind: 'global',
    names: ['page', 'browser', 'puppeteer'],
    holds: withoutBrowser,
    sentence: 'This run has no browser: ask for one with browser: {}, or --browser.',
  },
  {
    kind: 'global',
    names: ['document', 'window', 'localStorage', 'sessionStorage', 'alert'],
    holds: always,
    sentence: 'Pages have it: in a run with a browser, page.evaluate() runs a function in one.',
  },
  {
    kind: 'global',
    names: ['XMLHttpRequest'],
    holds: always,
    sentence: 'Pages have it; fetch is for scripts.',
  },
  {
    kind: 'function',
    names: (
      'createCipheriv createDecipheriv createSign createVerify createPrivateKey createPublicKey ' +
      'createSecretKey createECDH createDiffieHellman diffieHellman generateKeyPair ' +
      'generateKeyPairSync generateKeySync publicEncrypt publicDecrypt privateEncrypt privateDecrypt'
    ).split(' '),
    holds: inIsolate,
    sentence: "An isolate has a part of node:crypto only; engine: 'node' has all of it.",
  },
];

/**
 * Adds the way out to the record of an error about what an engine lacks. The error that the script
 * sees keeps V8's message, since scripts compare those.
 */
export function withWayOut(error: RunError, run: Circumstances): RunError {
  const [, global] = /^([\w$]+) is not defined$/.exec(error.message) ?? [];
  const [, method] = /(?:^|\.)([\w$]+)\)? is not a function$/.exec(error.message) ?? [];
  const row = rows.find(({ kind, names, holds }) => {
    const name = kind === 'global' ? global : method;
    return name !== undefined && names.includes(name) && holds(run);
  });
  return row === undefined ? error : { ...error, message: `${error.message}. ${row.sentence}` };
}
