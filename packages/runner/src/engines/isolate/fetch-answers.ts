import type { FetchAnswer } from '../engine.ts';
import type { GuestReferences } from './warm.ts';

/** Bytes that go into the guest are copied on the way. */
export const copied = { arguments: { copy: true } } as const;

/** Passes a message about a request of the script on to the guest. */
export function answerFetch(
  { onHead, onChunk, onEnd, onError, onCredit }: GuestReferences,
  message: FetchAnswer,
  bytes: Uint8Array<ArrayBuffer>,
): void {
  const { id } = message;
  if (message.type === 'head') onHead.applySync(undefined, [id, message.head]);
  else if (message.type === 'chunk') onChunk.applySync(undefined, [id, bytes], copied);
  else if (message.type === 'end') onEnd.applySync(undefined, [id]);
  else if (message.type === 'error') onError.applySync(undefined, [id, message.message]);
  else onCredit.applySync(undefined, [id, message.credit]);
}
