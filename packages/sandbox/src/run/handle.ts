import type { NetworkEntry, PagePicture, Run, RunEvent } from '@castellan/protocol';

/** A run under way: a promise of the `Run`, and an iterable of its events. Use one, or both. */
export interface RunHandle extends Promise<Run>, AsyncIterable<RunEvent> {
  /** Of the run, known at once. */
  readonly id: string;
  /** The bytes of an artifact that has been announced by an event or by the run. */
  artifact(name: string): Uint8Array | undefined;
  /**
   * The value as the JSON text that the script's box wrote, on one line; null before the end. It has
   * the digits of numbers that JavaScript cannot hold, such as those of `JSON.rawJSON`.
   */
  readonly valueJson: string | null;
  /**
   * What the pages of its browser look like while it runs, up to its end. Pictures are made as long as
   * somebody reads, and whoever reads slowly gets the newest. They cost processor time of the browser.
   */
  pages(options?: { readonly signal?: AbortSignal }): AsyncGenerator<PagePicture, void, undefined>;
  /** Outbound requests that have ended, each step of a redirect counted. For the operator. */
  readonly network: readonly NetworkEntry[];
}

type Parts = Pick<RunHandle, 'id' | 'artifact' | 'pages'> & {
  network(): readonly NetworkEntry[];
  valueJson(): string | null;
  events(): AsyncIterator<RunEvent>;
};

/** Puts the parts of a handle onto the promise of its run. */
export function runHandle(finished: Promise<Run>, parts: Parts): RunHandle {
  return Object.defineProperties(finished as RunHandle, {
    id: { value: parts.id, enumerable: true },
    artifact: { value: parts.artifact },
    pages: { value: parts.pages },
    network: { get: () => parts.network() },
    valueJson: { get: () => parts.valueJson() },
    [Symbol.asyncIterator]: { value: () => parts.events() },
  });
}
