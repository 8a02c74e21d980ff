import type { Kind } from '@castellan/protocol/kinds';

/** One option of the service. */
export interface Row<Value> {
  readonly kind: Kind<Value>;
  readonly default: Value;
  /**
   * The default as the reference page shows it, if it depends on the machine or on another option.
   */
  readonly shown?: string;
  /** The environment variable that sets it; null for options that only a file can set. */
  readonly env: string | null;
  readonly sentence: string;
}

/** Makes a row: kind, default, environment variable and the sentence of the reference page. */
export const row = <Value>(
  kind: Kind<Value>,
  standard: NoInfer<Value>,
  env: string | null,
  sentence: string,
  shown?: string,
): Row<Value> => ({
  kind,
  default: standard,
  env,
  sentence,
  ...(shown === undefined ? {} : { shown }),
});
