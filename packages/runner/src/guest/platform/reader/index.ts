import type { Realm } from '../realm.ts';
import type { Interfaces } from '../webidl.ts';
import { createProgressEvent } from './progress-event.ts';
import { createFileReader } from './reader.ts';

/** Creates `FileReader`, for libraries that do not use the methods of `Blob`. */
export function createReader(realm: Realm): Interfaces<'FileReader' | 'ProgressEvent'> {
  const ProgressEvent = createProgressEvent(realm);
  return { FileReader: createFileReader(realm, ProgressEvent), ProgressEvent };
}
