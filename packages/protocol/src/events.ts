import type { Artifact, LogLine, NetworkEntry, Run } from './run.ts';

interface Stamp {
  /** One counter per run, from 1, across its attempts. */
  readonly seq: number;
  /** RFC 3339 UTC, the launcher's clock. */
  readonly time: string;
}

/** What happens in a run, in order: the same union for the library, the store and HTTP. */
export type RunEvent =
  | (Stamp & { readonly type: 'run.queued'; readonly run: Run })
  | (Stamp & { readonly type: 'run.started' })
  | (LogLine & { readonly type: 'log' })
  | (Stamp & { readonly type: 'progress'; readonly fraction: number; readonly text: string })
  | (Stamp & { readonly type: 'artifact'; readonly artifact: Artifact })
  | (Stamp & { readonly type: 'network'; readonly request: NetworkEntry })
  | (Stamp & { readonly type: 'run.finished'; readonly run: Run });

export type RunEventType = RunEvent['type'];

interface EventRow {
  /** When it comes, for people. */
  readonly sentence: string;
  /** What it carries besides `type`, `seq` and `time`. */
  readonly carries: string;
}

/** Every type of event. */
export const eventTable = {
  'run.queued': { sentence: 'The service accepted the run.', carries: 'run' },
  'run.started': { sentence: 'A box has the job; an attempt begins.', carries: '' },
  log: { sentence: 'The script wrote a line.', carries: 'stream, level, text' },
  progress: { sentence: 'The script called progress().', carries: 'fraction, text' },
  artifact: { sentence: 'An artifact is stored and can be fetched.', carries: 'artifact' },
  network: { sentence: 'An outbound request ended, or was refused.', carries: 'request' },
  'run.finished': { sentence: 'The run has ended. It is the last event.', carries: 'run' },
} as const satisfies Readonly<Record<RunEventType, EventRow>>;
