import type { NetworkEntry, Run, RunEvent } from '@castellan/protocol';

/** A run under way: a promise of the `Run`, and an iterable of its events. Use one, or both. */
export interface RunHandle extends Promise<Run>, AsyncIterable<RunEvent> {
  /** Of the run, known at once. */
  readonly id: string;
  /** The bytes of an artifact that has been announced by an event or by the run. */
  artifact(name: string): Uint8Array | undefined;
  /** Outbound requests that have ended, each step of a redirect counted. For the operator. */
  readonly network: readonly NetworkEntry[];
}

type Parts = Pick<RunHandle, 'id' | 'artifact'> & {
  network(): readonly NetworkEntry[];
  events(): AsyncIterator<RunEvent>;
};

/** Puts the parts of a handle onto the promise of its run. */
export function runHandle(finished: Promise<Run>, parts: Parts): RunHandle {
  return Object.defineProperties(finished as RunHandle, {
    id: { value: parts.id, enumerable: true },
    artifact: { value: parts.artifact },
    network: { get: () => parts.network() },
    [Symbol.asyncIterator]: { value: () => parts.events() },
  });
}
