import type ivm from 'isolated-vm';
import { Files } from '../../script/files.ts';
import type { ReceivedJob } from '../engine.ts';
import { complainIn } from './complain.ts';
import type { ModuleShelves } from './module-shelves.ts';
import type { Warm } from './warm.ts';

/** Where a run takes place. */
export interface Place {
  readonly warm: Warm;
  readonly shelves: ModuleShelves;
  /** Those of its job, which an earlier run of the same script may have parsed. */
  readonly files: Files;
}

/** An isolate with more of its heap in use than this part is not used again. */
const mostUsed = 0.25;

/**
 * A script that jobs run again: what was read of it, which no run can change, since it lies outside of all
 * isolates.
 */
export class Program {
  readonly #first: ReceivedJob;
  readonly files: Files;

  constructor(first: ReceivedJob, isolate: ivm.Isolate) {
    this.#first = first;
    this.files = new Files(first, complainIn({ isolate }));
  }

  /** A job that came without the files of the script, with them. */
  whole(job: ReceivedJob): ReceivedJob {
    const { entry, files, data, contents, language } = this.#first;
    return { ...job, entry, files, data, contents, language };
  }
}

/** Whether an isolate has room for another run like the last one. Disposed of: it had not even room for that. */
export function hasRoom(isolate: ivm.Isolate): boolean {
  if (isolate.isDisposed) return false;
  const {
    used_heap_size: used,
    externally_allocated_size: buffers,
    heap_size_limit: limit,
  } = isolate.getHeapStatisticsSync();
  return used + buffers < mostUsed * limit;
}
