import type { Validator } from '../../functions/schema/validator.ts';
import type { FunctionStore } from '../../functions/store.ts';
import type { Calls } from '../../runs/contract/calls.ts';
import type { Check } from '../../runs/contract/check.ts';
import type { Runs } from '../../runs/contract/runs.ts';
import type { SecretStore } from '../../secrets/store.ts';
import type { WebhookStore } from '../../webhooks/store.ts';
import type { Rules } from './admit.ts';
import { type Choose, chooser } from './chosen.ts';
import { type Invoke, invoker } from './invoke.ts';
import { admitter, type Submit, submitter } from './submit.ts';

interface Parts extends Rules {
  readonly runs: Runs;
  readonly functions: FunctionStore;
  readonly validator: Pick<Validator, 'check'>;
  readonly check: Check | null;
  readonly calls: Calls;
  readonly secrets: Pick<SecretStore, 'find'>;
  readonly webhooks: WebhookStore;
  readonly webhookPolicy: string | null;
}

/** What starts runs; whoever does so shares it. */
export interface Starts {
  readonly choose: Choose;
  readonly submit: Submit;
  readonly invoke: Invoke;
}

export function startsOf(parts: Parts): Starts {
  const admit = admitter(parts);
  const submit = submitter(admit, parts);
  const choose = chooser(parts.functions);
  return { choose, submit, invoke: invoker({ ...parts, choose, admit, submit }) };
}
