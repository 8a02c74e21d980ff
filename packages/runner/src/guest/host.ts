import type { LogLevel } from '@castellan/protocol';
import type { JobMessage } from '@castellan/protocol/frames';
import type { CallHost } from '../entry/calls.ts';
import type { ContextHost } from '../entry/context.ts';
import type { LoadHow } from './loaded.ts';
import type { Native } from './native/wire.ts';
import type { Convert, Encoding, TextFunction } from './platform/conversion.ts';
import type { TransportEvents } from './platform/host.ts';
import type { Details, inspectLibrary, LibraryFactory } from './platform/lazy.ts';
import type { LibraryName } from './platform/library-names.ts';

/** Functions of the runner that send a frame to the launcher; one of them waits for the answer. */
export interface FrameFunctions
  extends ContextHost, Pick<CallHost, 'call' | 'callSync' | 'replyBytes' | 'returned'> {
  log(level: LogLevel, text: string): void;
  /** Requests over a network: see `platform/host.ts`. */
  fetchOpen(id: number, head: string, hasBody: boolean): void;
  fetchSend(id: number, bytes: Uint8Array): void;
  fetchFinish(id: number): void;
  fetchCancel(id: number): void;
  fetchPull(id: number, credit: number): void;
  /** JSON text: one command to the run's browser, and an `ActionMessage`. */
  cdpSend(text: string): void;
  act(text: string): void;
}

/** Functions of the runner that the run itself answers. */
export interface RunFunctions {
  /** Sets the alarm of the timers; a negative time stops it. One that does not hold the run keeps nothing going. */
  wake(ms: number, holds: boolean): void;
  now(): number;
  /** JSON text of a `Loaded`. */
  load(specifier: string, from: string, how: LoadHow, about: string): string;
  /** A file or package that an ES module needs has thrown when it was evaluated. */
  moduleFailed(unit: string): void;
  /** Hands one of the platform's libraries over with `Guest.provide` before it returns. */
  library(name: LibraryName): void;
  /** Hands over the bundle of a package or built-in with `Guest.provideBundle` before it returns. */
  bundle(name: string): void;
  /** Blocks everything in the box for about `ms` milliseconds, without using the processor. */
  sleep(ms: number): void;
  /** Bytes from the operating system's generator, at most 65,536 at a time. */
  random(length: number): Uint8Array<ArrayBuffer>;
  /** Text as bytes, or bytes as text, in one of the encodings of Node's Buffer; or `atob` and `btoa`. */
  convert(
    data: string | Uint8Array,
    encoding: Encoding | TextFunction,
  ): Uint8Array<ArrayBuffer> | string | null;
  /** Node's own compression, and its cryptography where the run may import it: see `native/wire.ts`. */
  readonly native: Native;
  /** A call of Node's Web Crypto; answered by `Guest.onCrypto`. */
  crypto(id: number, call: string, bytes: Uint8Array): void;
  /** Milliseconds until `wallMs` ends the run. */
  leftMs(): number;
  /** Which call to the browser the script waits for longest, and the stack of its caller. */
  waitsFor(call: string | null, stack: string): void;
  /** The browser is connected, and the entry may begin. */
  browserReady(): void;
  /** JSON text of the names that a function's only parameter takes out of an object, or `null`. */
  takenNames(text: string): string;
  /** The text of a frame with the place that the author wrote; empty for code that nobody wrote. */
  placed(frame: string): string;
  /** The script has settled and may go on; `json` is a copy of its value. */
  settled(json: string): void;
  /** The script has not settled, and nothing is pending that could wake it. */
  starve(): void;
  succeed(json: string, pending: string | null): void;
  /** `failure` is JSON text of a `Failure`. */
  fail(failure: string): void;
}

/**
 * What the runner offers to the guest: `ivm.Callback`s, which the guest sees as plain functions of
 * its own realm. Arguments and results are strings, numbers and bytes only, copied on the way.
 */
export interface Host extends FrameFunctions, RunFunctions {}

/** Every function of `Host`, with the part of the runner that answers it. */
export const hostFunctions: {
  readonly [Name in keyof Host]: Name extends keyof FrameFunctions ? 'frames' : 'run';
} = {
  log: 'frames',
  progress: 'frames',
  artifact: 'frames',
  call: 'frames',
  callSync: 'frames',
  fetchOpen: 'frames',
  fetchSend: 'frames',
  fetchFinish: 'frames',
  fetchCancel: 'frames',
  fetchPull: 'frames',
  cdpSend: 'frames',
  act: 'frames',
  replyBytes: 'frames',
  artifactRead: 'frames',
  returned: 'frames',
  wake: 'run',
  now: 'run',
  load: 'run',
  moduleFailed: 'run',
  library: 'run',
  bundle: 'run',
  sleep: 'run',
  random: 'run',
  crypto: 'run',
  convert: 'run',
  native: 'run',
  leftMs: 'run',
  waitsFor: 'run',
  browserReady: 'run',
  file: 'frames',
  fileNames: 'frames',
  text: 'frames',
  takenNames: 'run',
  placed: 'run',
  settled: 'run',
  starve: 'run',
  succeed: 'run',
  fail: 'run',
};

/** Both sides and the warm-up take the order of the callbacks from here. */
export const hostNames = Object.keys(hostFunctions) as readonly (keyof Host)[];

/** The script of a bundle, as `ModuleSet` describes it. */
export type BundleFactory = (
  castellan: BundleScope,
  require: (member: string) => unknown,
) => readonly (() => unknown)[];

/** What bundles may use besides the globals; scripts never see it. */
export interface BundleScope {
  readonly Buffer: unknown;
  /** The library by which the console shows values. */
  readonly inspection: ReturnType<typeof inspectLibrary>;
  /** What packages read of `process`: see `package-process.ts`. */
  readonly process: object;
  /** Bytes from the operating system's generator. */
  random(length: number): Uint8Array;
  readonly convert: Convert;
  readonly native: Native;
  /** Blocks everything in the box, without using the processor. */
  sleep(ms: number): void;
}

/** The part of a job that the guest needs. */
export interface GuestJob extends Pick<
  JobMessage,
  'input' | 'helpers' | 'outputBytes' | 'valueBytes' | 'browser' | 'request'
> {
  readonly alias: string | null;
  /** Lazy globals that the source mentions. */
  readonly mentions: readonly string[];
  /** Globals of Node that the allowed built-ins bring. */
  readonly globals: readonly string[];
}

/** What a hook module's function does: see `engines/isolate/hooks.ts`. */
export type HookKind = 'import' | 'body' | 'asyncBody' | 'json' | 'member' | 'evaluated';

/** The guest's functions, which the runner calls one at a time; each call is a turn. */
export interface Guest extends TransportEvents {
  onCrypto(id: number, reply: string, bytes: Uint8Array<ArrayBuffer>): void;
  /** An answer or an event of the run's browser, JSON text. */
  onCdp(text: string): void;
  begin(job: string): void;
  /** Content of a file: the factory of a body, the text of a JSON file, or what `require()` gives of a module. */
  define(file: string, content: unknown): void;
  /** Whether CommonJS sees a module through `__esModule`: it has a default export and no such name. */
  needsFacade(namespace: object): boolean;
  /** Sets the function of a hook module, `export let x; export const set = …`. */
  hook(namespace: { set(value: unknown): void }, kind: HookKind, about: string): void;
  /** With `details` of values for the library that shows them, where the box has that. */
  provide(library: LibraryFactory, details?: Details): void;
  provideBundle(factory: BundleFactory): void;
  enterBody(file: string, onlyDeclares: boolean): void;
  /** The run's value comes from the entry's module, import 0, which is a body if `file` is no empty text. */
  awaitModule(file: string, onlyDeclares: boolean): void;
  settle(id: number, reply: string, bytes: Uint8Array<ArrayBuffer>): void;
  /** A helper calls a function of the script. */
  callBack(
    call: number,
    id: number,
    json: string,
    isParcel: boolean,
    bytes: Uint8Array<ArrayBuffer>,
  ): void;
  settleImport(id: number, namespace: object): void;
  /** JSON text of the `Failure` that the error with this stack makes; empty if it is unknown. */
  describe(stack: string): string;
  /**
   * Fails an import, by the first of `units` (JSON) that is known to have thrown, else with `failure`
   * (JSON of a `Failure`). False when there is neither.
   */
  failImport(id: number, units: string, failure: string): boolean;
  /** A turn in which modules failed is over: see `Thrown`. */
  unwatch(): void;
  fireTimer(): void;
  /**
   * Ends the run when nothing is pending any more. Returns what a settled script is waiting for, in words;
   * null when it is none.
   */
  look(): string | null;
}

/** Every function of `Guest`. */
const guestTable: Readonly<Record<keyof Guest, true>> = {
  begin: true,
  define: true,
  needsFacade: true,
  hook: true,
  provide: true,
  provideBundle: true,
  enterBody: true,
  awaitModule: true,
  settle: true,
  callBack: true,
  settleImport: true,
  failImport: true,
  describe: true,
  unwatch: true,
  fireTimer: true,
  look: true,
  onHead: true,
  onChunk: true,
  onEnd: true,
  onError: true,
  onCredit: true,
  onCrypto: true,
  onCdp: true,
};

export const guestFunctions = Object.keys(guestTable) as readonly (keyof Guest)[];

/** The guest's boot function: takes a callback for each of `hostNames`. */
export type Boot = (...callbacks: readonly unknown[]) => Guest;
