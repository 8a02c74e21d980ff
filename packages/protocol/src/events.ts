import type { Artifact, LogLine, NetworkEntry, Run } from './run.ts';

interface Stamp {
  /** One counter per run, from 1, across its attempts. */
  readonly seq: number;
  /** RFC 3339 UTC, the launcher's clock. */
  readonly time: string;
}

/** What happens in a run, in order. One union for channel, store, HTTP and SDK. */
export type RunEvent =
  | (Stamp & { readonly type: 'run.queued'; readonly run: Run })
  | (Stamp & { readonly type: 'run.started' })
  | (LogLine & { readonly type: 'log' })
  | (Stamp & { readonly type: 'progress'; readonly fraction: number; readonly text: string })
  | (Stamp & { readonly type: 'artifact'; readonly artifact: Artifact })
  | (Stamp & { readonly type: 'network'; readonly request: NetworkEntry })
  | (Stamp & { readonly type: 'run.finished'; readonly run: Run });

export type RunEventType = RunEvent['type'];
