import { usualBoxStartMs } from '@castellan/protocol/kinds';

/** How long a box may take until it is ready where no option says it, in milliseconds. */
export const usualStartMs = (): number => usualBoxStartMs(process.env);

/** Why something was ended that had not begun its work. */
export function notReady(startMs: number): string {
  return `it was not ready after ${startMs} ms, which is boxStartMs`;
}
