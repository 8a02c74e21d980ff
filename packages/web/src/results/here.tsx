import type { BrowserRun } from '@castellan/sdk/browser-sandbox';

/** The walls of a run in this browser, as sentences. */
export const wallsHere = {
  origin: 'the script has no origin: no storage, no cookies, nothing of this page or its key',
  policy: 'its policy refuses every request',
  worker: 'it has a thread without a document: no navigation, no window',
} as const satisfies Record<BrowserRun['isolation']['layers'][number], string>;

/** Says where a run was, and what that is worth. */
export function Here({ run }: { run: BrowserRun | null }) {
  const layers = run?.isolation.layers ?? [];
  return (
    <div class="here" role="note">
      <p>
        <strong>In this browser.</strong> The run was not sent to the service, and is in no history.
        {layers.length > 0 && ` Walls: ${layers.join(', ')}. Memory has no limit here.`}
      </p>
    </div>
  );
}
