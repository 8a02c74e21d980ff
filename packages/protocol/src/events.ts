import type { Artifact, LogLine, NetworkEntry, Run } from './run.ts';

interface Stamp {
  /** One counter per run, from 1, across its attempts. */
  readonly seq: number;
  /** RFC 3339 UTC, the launcher's clock. */
  readonly time: string;
}

/** What happens in a run, in order. The library, the store and HTTP share this union. */
export type RunEvent =
  | (Stamp & { readonly type: 'run.queued'; readonly run: Run })
  | (Stamp & { readonly type: 'run.started' })
  | (LogLine & { readonly type: 'log' })
  | (Stamp & { readonly type: 'progress'; readonly fraction: number; readonly text: string })
  | (Stamp & { readonly type: 'artifact'; readonly artifact: Artifact })
  | (Stamp & { readonly type: 'network'; readonly request: NetworkEntry })
  | (Stamp & { readonly type: 'run.finished'; readonly run: Run });

export type RunEventType = RunEvent['type'];

/** The fields of an event, without those that all events have. */
type Carried<Type extends RunEventType> = Exclude<
  keyof Extract<RunEvent, { readonly type: Type }>,
  keyof Stamp | 'type'
>;

interface EventRow<Type extends RunEventType> {
  /** When it is emitted, for people. */
  readonly sentence: string;
  /** A description of each field except `type`, `seq` and `time`. */
  readonly carries: Readonly<Record<Carried<Type>, string>>;
}

/** Every type of event. */
export const eventTable = {
  'run.queued': {
    sentence: 'The service accepted the run. The library has no durable queue, and no such event.',
    carries: { run: 'The run as it was accepted.' },
  },
  'run.started': {
    sentence:
      'A box has the job. A run of the service that is tried again has one for each attempt.',
    carries: {},
  },
  log: {
    sentence: 'The script wrote a line to its console.',
    carries: {
      stream: '`stdout` or `stderr`.',
      level: 'The function of the console that wrote it.',
      text: 'The line, without its line break.',
    },
  },
  progress: {
    sentence: 'The script called `progress(fraction, text)`.',
    carries: { fraction: 'How much is done, from 0 to 1.', text: 'What it is doing.' },
  },
  artifact: {
    sentence: 'An artifact is stored and can be fetched.',
    carries: { artifact: 'Its name, type, size, hash and address.' },
  },
  network: {
    sentence: 'An outbound request ended, or was refused.',
    carries: { request: 'The entry of the network log.' },
  },
  'run.finished': {
    sentence: 'The run has ended. No event comes after it.',
    carries: { run: 'The whole run, with its value, logs and artifacts.' },
  },
} as const satisfies { readonly [Type in RunEventType]: EventRow<Type> };
