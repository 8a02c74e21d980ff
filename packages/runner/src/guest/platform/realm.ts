import type { AbortClasses } from './abort.ts';
import type { Node } from './clone-node.ts';
import type { EventTargetClass } from './event-target.ts';
import type { Events } from './events.ts';
import type { CryptoHost } from './crypto-host.ts';
import type { Transport } from './host.ts';
import type { UrlClasses } from './url.ts';

/** How `structuredClone` treats the instances of a platform class. */
export interface Clonable {
  /** The node of an instance; undefined for what only has the prototype of one. */
  clone?(value: object): Node | undefined;
  /** The same for what is transferred: the original is of no use once the node is built. */
  transfer?(value: object): Node | undefined;
}

/** What the prelude gives to a library of the platform's own. */
export interface Realm extends AbortClasses {
  readonly events: Events;
  readonly EventTarget: EventTargetClass;
  readonly now: () => number;
  /** Runs `callback` as a task of its own after `ms` milliseconds; it is no timer of the script's. */
  readonly startOwn: (callback: () => void, ms: number) => void;
  /** Takes what was thrown where no script could catch it. */
  readonly report: (error: unknown) => void;
  readonly structuredClone: (value: unknown, options?: { transfer?: Iterable<unknown> }) => unknown;
  /** Lets instances of a class be cloned or transferred; a class that is never named is refused. */
  readonly clonable: (prototype: object, how: Clonable) => void;
  /** Undefined when the runner offers no network. */
  readonly transport: () => Transport | undefined;
  /** Undefined when the runner offers no cryptography. */
  readonly cryptoHost: () => CryptoHost | undefined;
  /** A random version 4 UUID; throws when the runner offers no cryptography. */
  readonly randomUuid: () => string;
  readonly streams: () => Streams;
  readonly files: () => Files;
  readonly url: () => UrlClasses;
  /** The same if it is loaded already. */
  readonly knownUrl: () => UrlClasses | undefined;
}

export type ByteStream = ReadableStream<Uint8Array<ArrayBuffer>>;

/** What makes bytes on demand: see `Streams.byteStream`. */
export interface ByteSource {
  pull(controller: ByteController): void | PromiseLike<void>;
  cancel?(reason: unknown): void | PromiseLike<void>;
}

/** The controller's functions, out of the reach of scripts. */
export interface ByteController {
  enqueue(bytes: Uint8Array<ArrayBuffer>): void;
  close(): void;
  error(reason: unknown): void;
}

export interface Reader {
  /** The next chunk, of whatever kind the stream gives; undefined at the end. */
  read(): Promise<{ readonly done: boolean; readonly value: unknown }>;
  cancel(reason: unknown): Promise<void>;
}

/** The stream classes, and what the platform itself does with streams. */
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

/** The File API's classes, and what the platform itself does with blobs. */
export interface Files {
  readonly Blob: BlobClass;
  readonly File: FileClass;
  isBlob(value: unknown): value is Blob;
  isFile(value: unknown): value is File;
  /** The bytes of a blob, not a copy. */
  bytesOf(blob: Blob): Uint8Array<ArrayBuffer>;
  createObjectURL(...values: unknown[]): string;
  revokeObjectURL(...values: unknown[]): void;
  /** The blob that a blob: URL stands for. */
  blobAt(url: string): Blob | undefined;
}
