import { JsonText } from '@castellan/protocol/json';
import { namesOf, networkCodes } from '@castellan/protocol';
import type { Caller } from '../../keys/keys.ts';
import { type AnsweredCall, CallError, type Calls } from '../../runs/contract/calls.ts';
import type { Send, Sent } from '../../webhooks/deliverer.ts';
import { ProblemError } from '../problems/problem.ts';
import { admit, type Rules } from './admit.ts';
import { hostOf } from './webhook.ts';

interface Parts extends Rules {
  /** The name of the policy by which they are sent. */
  readonly policy: string;
  readonly calls: Calls;
  /** Messages of one tenant that are sent at a time. */
  readonly mostOfTenant: number;
}

/**
 * What sends a message. It is a script in a box like any other, with one host open to it: so the rules of the
 * gateway hold for webhooks as they are, and nothing of the service reads what a stranger answers.
 */
const script = `const { url, headers, body } = params;
const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual' });
await response.body?.cancel();
return { status: response.status, retryAfter: response.headers.get('retry-after') };`;

/** How long a message waits for a place, and how soon it is tried again where there was none. */
const waitMs = 5_000;
const busyMs = 5_000;
const mostWaiting = 64;
/** Of what a receiver says. */
const mostRetryAfter = 64;

/** Sends messages as calls of the service's own, by the network of one policy. */
export function webhookSender({ policy, mostOfTenant, calls, policies, offerOf }: Parts): Send {
  const callerOf = (tenant: string): Caller => ({
    id: 'webhooks',
    tenant,
    mayNameTenant: false,
    policies: [policy],
    scopes: [],
  });
  return async ({ tenant, url, message, signal }) => {
    try {
      const params = new JsonText(JSON.stringify({ url, ...message }));
      const network = { allow: [hostOf(new URL(url))] };
      const body = { code: script, params, network, modules: [] };
      const admitted = admit(body, callerOf(tenant), { policies, offerOf }, null);
      const submission = { ...admitted, caps: { running: mostOfTenant, queued: mostWaiting } };
      return sentOf(await calls.call({ submission, record: 'none', waitMs, signal }));
    } catch (error) {
      if (error instanceof ProblemError) return { failed: error.message };
      if (!(error instanceof CallError)) throw error;
      if (!error.hasStarted) return { busyMs: Math.max(busyMs, error.retryAfterMs) };
      return { failed: 'The attempt was cut off, and whether it arrived is not known.' };
    }
  };
}

function sentOf({ run, events }: AnsweredCall): Sent {
  const { status, value, error } = run;
  if (status === 'succeeded') {
    const json: unknown = value instanceof JsonText ? JSON.parse(value.text) : value;
    const { status: answered, retryAfter } = json as { status: number; retryAfter: string | null };
    return { status: answered, retryAfter: retryAfter?.slice(0, mostRetryAfter) ?? null };
  }
  if (status === 'cancelled') return { busyMs };
  const asked = events.findLast((event) => event.type === 'network')?.request;
  if (asked !== undefined && asked.outcome !== 'ok') {
    const known = namesOf(networkCodes).find((name) => name === asked.code);
    const said = known === undefined ? '' : `${networkCodes[known].sentence} `;
    return { failed: `${said}${asked.reason ?? ''}`.trim() };
  }
  if (status === 'timed_out') return { failed: 'It did not answer in time.' };
  return { failed: error?.message ?? 'It could not be sent.' };
}
