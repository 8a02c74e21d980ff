/** Each call removes at most a batch; fewer than `sweepBatch` say that nothing is left. */
export interface Sweep {
  /** Removes the oldest ended runs; returns their ids. */
  runs(rules: { readonly olderMs: number; readonly mostBytes: number }): Promise<string[]>;
  /** Removes events, network entries and requests of ended runs; returns how many runs had any. */
  logs(rules: { readonly olderMs: number }): Promise<number>;
  /** Removes records of artifacts; returns which. */
  artifacts(rules: {
    readonly olderMs: number;
    readonly mostBytes: number;
  }): Promise<readonly { readonly run: string; readonly id: string }[]>;
  /** Forgets keys of requests that are over, and tenants that have nothing to do. */
  rest(): Promise<void>;
}

/** The most rows removed in one transaction, so that nothing waits long for it. */
export const sweepBatch = 100;
