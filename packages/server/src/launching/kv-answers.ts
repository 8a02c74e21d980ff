import { encodeText } from '@castellan/protocol/frames';
import { type Kv, type KvAnswer, KvError, type KvQuestion } from '../kv/kv.ts';
import type { Policy } from '../policies/policy.ts';
import type { QueuedRun } from '../runs/contract/launch.ts';
import { type KvToldMessage, launcherFrames } from './messages.ts';

/** Answers what a run's script asks. Throws `KvError`. */
export type AnswerKv = (
  run: Pick<QueuedRun, 'tenant' | 'policy'>,
  question: KvQuestion,
) => Promise<KvAnswer>;

/** The keys of a run are its tenant's, whatever its launcher says; its policy decides whether it has any. */
export function answersOf(kv: Pick<Kv, 'ask'>, policies: ReadonlyMap<string, Policy>): AnswerKv {
  return async ({ tenant, policy }, question) => {
    if (policies.get(policy)?.kv === true) return kv.ask(tenant, question);
    throw new KvError('kv_denied', `The policy ${policy} offers no kv.`);
  };
}

/** The frame that answers a question: its type, its message, and the value that goes with it. Never rejects. */
export async function tellKv(
  answerKv: AnswerKv,
  run: QueuedRun,
  { call, question }: { readonly call: number; readonly question: KvQuestion },
): Promise<readonly [type: number, KvToldMessage, Uint8Array | undefined]> {
  try {
    const { json, value } = await answerKv(run, question);
    const answer: unknown = JSON.parse(json);
    const bytes = value === null ? undefined : encodeText(value);
    return [launcherFrames.kvTold, { call, answer, hasValue: value !== null }, bytes];
  } catch (error) {
    const isKnown = error instanceof KvError;
    const code = isKnown ? error.code : 'kv_unavailable';
    const message = isKnown ? error.message : `kv.${question.op}: the service failed.`;
    return [launcherFrames.kvTold, { call, refused: { code, message } }, undefined];
  }
}
