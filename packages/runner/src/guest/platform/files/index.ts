import { createBlob } from './blob.ts';
import { createFile } from './file.ts';
import { createObjectUrls } from './object-urls.ts';
import type { BlobClass } from './blob.ts';
import type { FileClass } from './file.ts';
import type { Realm } from '../realm.ts';

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

/** Creates the File API of one global scope. */
export function createFiles(realm: Realm): Files {
  const { Blob, isBlob, bytesOf } = createBlob(realm);
  const { File, isFile } = createFile(realm, Blob);
  return { Blob, File, isBlob, isFile, bytesOf, ...createObjectUrls(realm, isBlob) };
}
