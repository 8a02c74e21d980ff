import type { Native } from '../native/wire.ts';
import type { AbortClasses } from './abort.ts';
import type { EventTargetClass } from './event-target.ts';
import type { Events } from './events.ts';
import type { CryptoHost } from './crypto-host.ts';
import type { Transport } from './host.ts';
import type { TaskKind, TimerKind } from './timers.ts';
import type { UrlClasses } from './url.ts';

/** How `structuredClone` treats the instances of a platform class. */
export interface Clonable {
  /** Makes the copy of an instance; undefined for an object that only has its prototype. */
  clone?(value: object): (() => unknown) | undefined;
  /** The same for what is transferred: the original is unusable once the copy is made. */
  transfer?(value: object): (() => unknown) | undefined;
}

/** How many of each kind a script may wait for. */
export type Counts = Record<Exclude<TimerKind, 'abort'> | 'fetch' | 'crypto', number>;

/** What the platform's own libraries may use of the prelude and of each other. */
export interface Realm extends AbortClasses {
  readonly events: Events;
  readonly EventTarget: EventTargetClass;
  readonly now: () => number;
  /** Runs `callback` as a task after `ms` milliseconds. */
  readonly startOwn: (callback: () => void, ms: number, kind: TaskKind) => void;
  /** What a run waits for before it ends: each library counts what it has started. */
  readonly pending: Counts;
  /** Takes what was thrown where no script could catch it. */
  readonly report: (error: unknown) => void;
  readonly structuredClone: (value: unknown, options?: { transfer?: Iterable<unknown> }) => unknown;
  /** Allows instances of a class to be cloned or transferred; other platform classes are refused. */
  readonly clonable: (prototype: object, how: Clonable) => void;
  /** Undefined when the runner has none of Node's compression. */
  readonly native: () => Native | undefined;
  /** Undefined when the runner offers no network. */
  readonly transport: () => Transport | undefined;
  /** Undefined when the runner offers no cryptography. */
  readonly cryptoHost: () => CryptoHost | undefined;
  /** The hash of some bytes by its Web Crypto name; rejects when the runner offers no cryptography. */
  readonly digest: (hash: string, bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;
  /** The script's own `location`, if it has defined one. */
  readonly location: () => unknown;
  /** A random version 4 UUID; throws when the runner offers no cryptography. */
  readonly randomUuid: () => string;
  readonly streams: () => Streams;
  readonly files: () => Files;
  readonly url: () => UrlClasses;
  /** The URL classes if they are loaded already. */
  readonly knownUrl: () => UrlClasses | undefined;
}

export type ByteStream = ReadableStream<Uint8Array<ArrayBuffer>>;

/** A source of bytes on demand: see `Streams.byteStream`. */
export interface ByteSource {
  pull(controller: ByteController): void | PromiseLike<void>;
  cancel?(reason: unknown): void | PromiseLike<void>;
}

/** The functions of a stream's controller, which scripts cannot replace. */
export interface ByteController {
  enqueue(bytes: Uint8Array<ArrayBuffer>): void;
  close(): void;
  error(reason: unknown): void;
}

export interface Reader {
  /** The next chunk, of any type; undefined at the end. */
  read(): Promise<{ readonly done: boolean; readonly value: unknown }>;
  cancel(reason: unknown): Promise<void>;
}

/** The stream classes, and the operations that the platform itself needs. */
export interface Streams {
  readonly classes: Readonly<Record<string, abstract new (...values: never[]) => object>>;
  isReadable(value: unknown): value is ByteStream;
  isLocked(stream: ByteStream): boolean;
  /** Whether anything was ever read from the stream, or it was cancelled. */
  isDisturbed(stream: ByteStream): boolean;
  byteStream(source: ByteSource, highWaterMark: number): ByteStream;
  readerOf(stream: ByteStream): Reader;
  tee(stream: ByteStream): readonly [ByteStream, ByteStream];
}

export type BlobClass = new (parts?: unknown, options?: unknown) => Blob;

export type FileClass = new (parts: unknown, name: unknown, options?: unknown) => File;

/** The classes of the File API, and the operations that the platform itself needs. */
export interface Files {
  readonly Blob: BlobClass;
  readonly File: FileClass;
  isBlob(value: unknown): value is Blob;
  isFile(value: unknown): value is File;
  /** The bytes of a blob, not a copy. */
  bytesOf(blob: Blob): Uint8Array<ArrayBuffer>;
  createObjectURL(...values: unknown[]): string;
  revokeObjectURL(...values: unknown[]): void;
  /** The blob of a blob: URL. */
  blobAt(url: string): Blob | undefined;
}
