import type { BrowserSettings, LogLevel, MemberKind } from '@castellan/protocol';
import type { BundleFactory } from './bundles.ts';
import type { TransportEvents } from './platform/fetch/transport.ts';
import type { LibraryFactory } from './platform/lazy.ts';
import type { LibraryName } from './platform/library-names.ts';

/**
 * What the runner gives to the guest: `ivm.Callback`s, which the guest sees as plain functions of
 * its own realm. Arguments and results are strings, numbers and bytes only, copied on the way.
 */
export interface Host {
  log(level: LogLevel, text: string): void;
  progress(fraction: number, text: string): void;
  artifact(
    id: number,
    name: string,
    contentType: string | null,
    content: Uint8Array | string,
  ): void;
  call(id: number, path: string, args: string): void;
  /** JSON text of a `Reply`; everything in the box stands still until it is there. */
  callSync(path: string, args: string): string;
  wake(ms: number): void;
  now(): number;
  /** JSON text of a `Loaded`. */
  load(specifier: string, from: string, how: 'import' | 'require'): string;
  /** Hands one of the platform's libraries over with `Guest.provide` before it returns. */
  library(name: LibraryName): void;
  /** Hands over the bundle of a package or built-in with `Guest.provideBundle` before it returns. */
  bundle(name: string): void;
  /** Holds everything in the box up for about `ms` milliseconds, without using the processor. */
  sleep(ms: number): void;
  /** Requests over a network: see `platform/fetch/transport.ts`. */
  fetchOpen(id: number, head: string, hasBody: boolean): void;
  fetchSend(id: number, bytes: Uint8Array): void;
  fetchFinish(id: number): void;
  fetchCancel(id: number): void;
  fetchPull(id: number, credit: number): void;
  /** Bytes from the operating system's generator, at most 65,536 at a time. */
  random(length: number): Uint8Array<ArrayBuffer>;
  /** A call of Node's Web Crypto; answered by `Guest.onCrypto`. */
  crypto(id: number, call: string, bytes: Uint8Array): void;
  /** One command to the run's browser, JSON text. */
  cdpSend(text: string): void;
  /** The browser stands connected, and the entry may begin. */
  browserReady(): void;
  /** JSON text of the text of one of the run's source files, or `null`. */
  sourceText(path: string): string;
  succeed(json: string, pending: string | null): void;
  /** `failure` is JSON text of a `Failure`. */
  fail(failure: string): void;
}

/** The order in which the callbacks are handed to the guest. */
export const hostFunctions = [
  'log',
  'progress',
  'artifact',
  'call',
  'callSync',
  'wake',
  'now',
  'load',
  'library',
  'bundle',
  'sleep',
  'fetchOpen',
  'fetchSend',
  'fetchFinish',
  'fetchCancel',
  'fetchPull',
  'random',
  'crypto',
  'cdpSend',
  'browserReady',
  'sourceText',
  'succeed',
  'fail',
] as const satisfies readonly (keyof Host)[];

export type Reply =
  | { readonly ok: true; readonly json: string }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** What a specifier led to. Its content has been handed over with `Guest.define` by then. */
export type Loaded =
  | { readonly kind: 'body' | 'json' | 'module'; readonly file: string }
  /** A member of a bundle: a package or a Node built-in. */
  | { readonly kind: 'member'; readonly member: string; readonly form: MemberKind }
  /** An ES module whose namespace comes later, with `Guest.settleImport`. */
  | { readonly kind: 'later'; readonly id: number }
  | { readonly kind: 'refused'; readonly reason: string; readonly message: string };

export interface Failure {
  readonly reason: string;
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

/** The part of a job that the guest needs. */
export interface GuestJob {
  readonly params: string;
  readonly env: Readonly<Record<string, string>>;
  readonly helpers: HelperShape;
  readonly alias: string | null;
  /** Lazy globals that the source mentions. */
  readonly mentions: readonly string[];
  /** Names of Node's that allowed built-ins put onto the global object. */
  readonly globals: readonly string[];
  readonly outputBytes: number;
  readonly valueBytes: number;
  readonly browser: BrowserSettings | null;
}

export interface HelperShape {
  readonly [name: string]: 'async' | 'sync' | HelperShape;
}

/** What a hook module's function does: see `modules/hooks.ts` of the runner. */
export type HookKind =
  | 'import'
  | 'body'
  | 'asyncBody'
  | 'json'
  | 'member'
  | 'evaluated'
  | 'entryEvaluated';

/** Names of the functions that the guest gives to the runner. */
export const guestFunctions = [
  'begin',
  'define',
  'hook',
  'provide',
  'provideBundle',
  'enterBody',
  'enterModule',
  'settle',
  'settleImport',
  'failImport',
  'fireTimer',
  'onHead',
  'onChunk',
  'onEnd',
  'onError',
  'onCredit',
  'onCrypto',
  'onCdp',
] as const satisfies readonly (keyof Guest)[];

/** What the guest gives to the runner: functions that are called one at a time, each a turn. */
export interface Guest extends TransportEvents {
  onCrypto(id: number, reply: string, bytes: Uint8Array<ArrayBuffer>): void;
  /** An answer or an event of the run's browser, JSON text. */
  onCdp(text: string): void;
  begin(job: string): void;
  /** Content of a file: the factory of a body, the text of a JSON file, or a module's namespace. */
  define(file: string, content: unknown): void;
  /** Gives a hook module, `export let x; export const set = …`, its function. */
  hook(namespace: { set(value: unknown): void }, kind: HookKind, about: string): void;
  provide(library: LibraryFactory): void;
  provideBundle(factory: BundleFactory): void;
  enterBody(file: string, onlyDeclares: boolean): void;
  enterModule(namespace: object): void;
  settle(id: number, reply: string): void;
  settleImport(id: number, namespace: object): void;
  failImport(id: number, failure: string): void;
  fireTimer(): void;
}
