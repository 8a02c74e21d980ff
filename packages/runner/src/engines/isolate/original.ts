import type { Failure } from '../../entry/failures.ts';
import type { GuestReferences } from './warm.ts';

/** What the guest knows of an error that left the isolate as a copy with this stack. */
export function originalOf(
  { describe }: Pick<GuestReferences, 'describe'>,
  stack: string,
): Failure | undefined {
  try {
    const text = describe.applySync(undefined, [stack]);
    return text === '' ? undefined : (JSON.parse(text) as Failure);
  } catch {
    // More was thrown meanwhile: the first of all is the one to tell.
    return undefined;
  }
}
