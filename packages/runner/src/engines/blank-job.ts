import type { ReceivedJob } from './engine.ts';

/** A job in which nothing is asked: rehearsals, the warm-up and the build put their own on top. */
export const blankJob = {
  mode: 'run',
  program: null,
  data: [],
  contents: new Uint8Array(0),
  wallMs: 1_000,
  leftMs: () => 0,
  language: 'auto',
  input: { params: '{"a":[1]}', env: {}, stdin: '' },
  helpers: {},
  timezone: null,
  modules: [],
  noPackages: null,
  outputBytes: 1_024,
  valueBytes: 1_024,
  browser: null,
  request: null,
  ca: null,
} as const satisfies Omit<ReceivedJob, 'entry' | 'files'>;
