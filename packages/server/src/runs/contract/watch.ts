/**
 * Watches the pages of a run that this service executes: pictures as JSON texts of `PageEvent`, none
 * before it has started, the newest one for whoever is slow. Ends when `signal` aborts. Undefined when too
 * many runs are watched.
 */
export type Watch = (runId: string, signal: AbortSignal) => AsyncIterable<string> | undefined;
