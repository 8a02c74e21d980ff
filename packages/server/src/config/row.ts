import type { Kind } from '@castellan/protocol/kinds';

/** One option of the service. */
export interface Row<Value> {
  readonly kind: Kind<Value>;
  readonly default: Value;
  /** How the reference page writes the default, where it depends on the machine or on another option. */
  readonly shown?: string;
  /** The variable of the environment that sets it; null for what belongs in a file. */
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
