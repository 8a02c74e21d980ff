import { createBlob } from './blob.ts';
import { createFile } from './file.ts';
import { createObjectUrls } from './object-urls.ts';
import type { Files, Realm } from '../realm.ts';

/** Creates the File API of one global scope. */
export function createFiles(realm: Realm): Files {
  const { Blob, isBlob, bytesOf } = createBlob(realm);
  const { File, isFile } = createFile(realm, Blob);
  return { Blob, File, isBlob, isFile, bytesOf, ...createObjectUrls(realm, isBlob) };
}
