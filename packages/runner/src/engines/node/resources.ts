import { subscribe } from 'node:diagnostics_channel';
import type { Worker } from 'node:worker_threads';
import type { OwnPending, Pending, PendingKind } from '../../entry/pending.ts';

/** What Node calls what keeps its event loop going. Requests about a socket are left out: it is listed. */
const kinds: Readonly<Record<string, PendingKind | null>> = {
  Timeout: 'timer',
  Immediate: null,
  TCPServerWrap: 'server',
  PipeServerWrap: 'server',
  TCPSocketWrap: 'connection',
  PipeWrap: null,
  UDPWrap: 'connection',
  ProcessWrap: 'child',
  MessagePort: 'port',
  FSReqCallback: 'file',
  FSReqPromise: 'file',
  FSEventWrap: 'file',
  StatWatcher: 'file',
  ConnectWrap: null,
  GetAddrInfoReqWrap: null,
  GetNameInfoReqWrap: null,
  SendWrap: null,
  WriteWrap: null,
  ShutdownWrap: null,
};

const resources = process.getActiveResourcesInfo.bind(process);

/**
 * What Node's event loop goes on for, as far as Node tells. It is for words only: the loop itself knows
 * when nothing is left, also where Node lists nothing, as for work in its pool of threads.
 */
export class Resources {
  #workers = 0;
  #fetches = 0;

  /** Begins to count what Node does not list. */
  watch(): void {
    process.on('worker', (worker: Worker) => {
      this.#workers++;
      worker.once('exit', () => this.#workers--);
    });
    const waiting = new WeakSet<object>();
    const end = (message: unknown): void => {
      if (waiting.delete((message as { request: object }).request)) this.#fetches--;
    };
    subscribe('undici:request:create', (message) => {
      waiting.add((message as { request: object }).request);
      this.#fetches++;
    });
    subscribe('undici:request:headers', end);
    subscribe('undici:request:error', end);
  }

  /** Adds what is going on now to the counts of the runner. */
  with(pending: OwnPending): Pending {
    const counts: Pending = Object.assign(Object.create(null) as object, pending);
    for (const name of resources()) {
      const kind = Object.hasOwn(kinds, name) ? kinds[name] : 'other';
      if (kind !== null && kind !== undefined) counts[kind] = (counts[kind] ?? 0) + 1;
    }
    counts.worker = this.#workers;
    counts.fetch = this.#fetches;
    counts.connection = Math.max(0, (counts.connection ?? 0) - this.#fetches);
    return counts;
  }
}
