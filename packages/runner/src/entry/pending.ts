/** What a script can leave behind when it settles, by kind, in words. */
const ofScripts = {
  timer: ['timer', 'timers'],
  helper: ['call of a helper', 'calls of helpers'],
  artifact: ['artifact', 'artifacts'],
  fetch: ['fetch', 'fetches'],
  crypto: ['call of crypto.subtle', 'calls of crypto.subtle'],
  message: ['message', 'messages'],
  event: ['event', 'events'],
  import: ['import()', 'import()s'],
  browser: ['calls to the browser', 'calls to the browser'],
} as const;

/** The same for what only Node keeps going for. */
const ofNode = {
  server: ['server', 'servers'],
  connection: ['connection', 'connections'],
  child: ['child process', 'child processes'],
  worker: ['worker', 'workers'],
  port: ['message port', 'message ports'],
  file: ['operation on files', 'operations on files'],
  other: ['open handle', 'open handles'],
} as const;

const words = { ...ofScripts, ...ofNode };

export type PendingKind = keyof typeof words;

/** The counts that the rules which all engines share keep themselves. */
export type OwnPending = Record<keyof typeof ofScripts, number>;

/** How many of each kind are pending. It has no prototype: scripts may put anything on `Object.prototype`. */
export type Pending = { [Kind in PendingKind]?: number };

/** The counts of a scope in which nothing is pending. */
export function nothingPending(): OwnPending {
  const counts = { __proto__: null } as unknown as OwnPending;
  for (const kind in ofScripts) if (hasOwn(ofScripts, kind)) counts[kind as keyof OwnPending] = 0;
  return counts;
}

/**
 * Whether anything is pending that may wake the script. An `import()` waits for nothing but what the
 * module waits for, which counts. Runs nothing that a script can replace.
 */
export function isPending(pending: Pending): boolean {
  for (const kind in pending) {
    if (kind !== 'import' && pending[kind as PendingKind]! > 0) return true;
  }
  return false;
}

/**
 * `2 timers, 1 fetch and 1 call of a helper`; null for nothing. Artifacts are left out of what is dropped:
 * the launcher has them. Runs nothing that a script can replace.
 */
export function inWords(pending: Pending, areDropped: boolean): string | null {
  let before = '';
  let last = '';
  for (const kind in pending) {
    const count = pending[kind as PendingKind]!;
    if (count === 0 || (areDropped && kind === 'artifact')) continue;
    if (last !== '') before += before === '' ? last : `, ${last}`;
    const word = words[kind as PendingKind][count === 1 ? 0 : 1];
    // Puppeteer makes several calls for one of the script's.
    last = kind === 'browser' ? word : `${count} ${word}`;
  }
  if (last === '') return null;
  return before === '' ? last : `${before} and ${last}`;
}

const { hasOwn } = Object;
