import type { Validator } from '../../functions/schema/validator.ts';
import type { FunctionStore } from '../../functions/store.ts';
import type { Check } from '../../runs/contract/check.ts';
import type { Runs } from '../../runs/contract/runs.ts';
import type { Rules } from './admit.ts';
import { type Invoke, invoker } from './invoke.ts';
import { type Submit, submitter } from './submit.ts';

interface Parts extends Rules {
  readonly runs: Runs;
  readonly functions: FunctionStore;
  readonly validator: Pick<Validator, 'check'>;
  readonly check: Check | null;
}

/** What starts runs; whoever does so shares it. */
export interface Starts {
  readonly submit: Submit;
  readonly invoke: Invoke;
}

export function startsOf(parts: Parts): Starts {
  const submit = submitter(parts);
  return { submit, invoke: invoker({ ...parts, submit }) };
}
