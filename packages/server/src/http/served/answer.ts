import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Run } from '@castellan/protocol';
import type { Exchanges } from '../../exchanges/exchanges.ts';
import type { Runs } from '../../runs/contract/runs.ts';
import { FunctionError } from '../../functions/store.ts';
import type { Choose, Definition } from '../admission/chosen.ts';
import type { Serve } from '../admission/serve.ts';
import { refuseAmbiguous } from '../ambiguous.ts';
import { ProblemError } from '../problems/problem.ts';
import { Client } from './client.ts';
import { callerFor, type Gate, type Visitor } from './gate.ts';
import { refusalOf, refuse, tooLarge } from './refusals.ts';
import { requestHead } from './request-head.ts';
import { type Hosts, nothing, type Target, targetOf } from './target.ts';

export interface ServedBounds {
  readonly hosts: Hosts;
  readonly bodyBytes: number;
  readonly answerBytes: number;
  /** How long a call may wait for a box. */
  readonly waitMs: number;
  /** How long a run goes on after its client has left. */
  readonly leaveMs: number;
}

export interface ServedParts extends ServedBounds {
  readonly gate: Gate;
  readonly choose: Choose;
  readonly serve: Serve;
  readonly runs: Pick<Runs, 'ended' | 'cancel' | 'get'>;
  readonly exchanges: Exchanges;
  readonly closing: AbortSignal;
}

/** What the log says of a call. */
export interface Facts {
  isKeyed: boolean;
  tenant?: string;
  function?: string;
  version?: number;
  caller?: string;
  runId?: string;
}

/** Methods that `Request` of the Fetch standard does not know. */
const unknownMethods: readonly string[] = ['CONNECT', 'TRACE', 'TRACK'];

/** Has a function answer a request; resolves when its run has ended. Throws what `refusalBy` reads. */
export async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  parts: ServedParts,
  facts: Facts,
): Promise<void> {
  refuseAmbiguous(request);
  const visitor = await parts.gate(request, response);
  facts.isKeyed = visitor.caller !== null;
  const target = targetOf(request, parts.hosts);
  const chosen = await chosenFor(request, target, visitor, parts);
  Object.assign(facts, {
    tenant: target.tenant,
    function: target.name,
    version: chosen.number,
    caller: visitor.subject,
  });
  refuseWorker(request, target);
  if (unknownMethods.includes(request.method ?? '')) {
    throw new ProblemError('method_not_allowed', `${request.method} is for no function.`);
  }
  const length = Number(request.headers['content-length'] ?? 0);
  if (length > parts.bodyBytes) return refuse(request, response, tooLarge);

  const own = Promise.withResolvers<Readonly<Record<string, string>>>();
  const client = new Client(request, response, {
    head: requestHead(request, { target, ...visitor, hasKey: facts.isKeyed }),
    place: {
      host: target.host.toLowerCase().replace(/:\d*$/, ''),
      isShared: target.prefix !== '',
      isKeyed: !chosen.definition.isPublic,
    },
    bodyBytes: parts.bodyBytes,
    answerBytes: parts.answerBytes,
    own: own.promise,
  });
  using open = parts.exchanges.open(client);
  const { number, definition, caller } = chosen;
  const { tenant, name } = target;
  const { subject } = visitor;
  const call = { tenant, name, number, definition, caller, subject, exchange: open.id };
  const taken = await parts.serve(call);
  using _ = taken.claimed;
  const { id } = taken.submitted.run;
  facts.runId = id;
  const said = { 'x-castellan-run': id, 'x-castellan-version': `${number}` };
  own.resolve({ ...visitor.headers, ...said });
  const run = await endOf(id, client, parts);
  if (client.isWhole) return;
  if (client.isAnswered) return client.cut();
  const refusal = client.isTooLarge
    ? tooLarge
    : run === null
      ? refusalOf({ status: 'cancelled' })
      : refusalOf(run);
  refuse(request, response, { ...refusal, headers: { ...refusal.headers, ...said } });
}

async function chosenFor(
  { headers }: IncomingMessage,
  { tenant, name }: Target,
  visitor: Visitor,
  { choose }: ServedParts,
) {
  const key = headers['castellan-version-key'];
  const stickyKey = typeof key === 'string' ? key.slice(0, 256) : undefined;
  const chosen = await choose(tenant, name, { stickyKey }).catch((error: unknown) => {
    // Without a key nobody learns what there is.
    if (!(error instanceof FunctionError)) throw error;
    throw visitor.caller === null
      ? new ProblemError('unauthorized', 'This call needs a key.')
      : nothing();
  });
  const { definition } = chosen;
  const caller = callerFor(visitor, tenant, {
    isPublic: definition.isPublic,
    policy: policyOf(definition),
  });
  return { ...chosen, caller };
}

/** Every version has the name of its policy from its deployment on. */
function policyOf({ run }: Definition): string {
  return run.policy ?? '';
}

/** A worker would outlive the page, and answer for all that shares its origin. */
function refuseWorker({ headers }: IncomingMessage, { prefix }: Target): void {
  if (prefix === '' || headers['service-worker'] === undefined) return;
  throw new ProblemError(
    'not_supported',
    'Functions that share an origin have no service workers; give the function a host of its own.',
  );
}

/** Waits for the end of a run; one whose client has left ends soon. Null: the service is being stopped. */
async function endOf(
  id: string,
  { left }: Client,
  { runs, closing, leaveMs }: ServedParts,
): Promise<Pick<Run, 'status'> | null> {
  let timer: NodeJS.Timeout | undefined;
  const leave = async (): Promise<void> => {
    const run = await runs.get(null, id);
    const ms = run?.status === 'queued' ? 0 : leaveMs;
    timer = setTimeout(() => void runs.cancel(null, id).catch(() => undefined), ms);
  };
  const onLeft = (): void => void leave().catch(() => undefined);
  if (left.aborted) onLeft();
  left.addEventListener('abort', onLeft, { once: true });
  try {
    const run = await runs.ended(null, id, closing);
    return run === undefined || run.finishedAt === null ? null : { status: run.status };
  } finally {
    left.removeEventListener('abort', onLeft);
    clearTimeout(timer);
  }
}
