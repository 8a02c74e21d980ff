import { refusal } from '../../entry/failures.ts';
import { Refusal } from '../../script/refusal.ts';
import { urlOf } from '../../script/places.ts';

/** Frames that are kept of where a script asked: of an `import()`, a dozen of Node's stand before it. */
const depth = 64;

/** A refusal as an error that the script can catch; if it does not, the run fails with the reason. */
export function refusalError({ reason, message, place, kind }: Refusal): Error {
  // The place of a static import is known; a call has a stack of its own.
  const at = place === null ? null : `${urlOf(place.file)}:${place.line}:${place.column}`;
  const { stackTraceLimit } = Error;
  // A script may have frozen it.
  Reflect.set(Error, 'stackTraceLimit', depth);
  try {
    return refusal(reason, message, kind, at);
  } finally {
    Reflect.set(Error, 'stackTraceLimit', stackTraceLimit);
  }
}

/** Calls `work`; a refusal that it throws becomes an error that the script can catch. */
export function withRefusalErrors<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof Refusal ? refusalError(error) : error;
  }
}
