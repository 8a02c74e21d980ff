import { type BrowserCallMessage, caps } from '@castellan/protocol/frames';
import { locate, type OriginOf } from './failure.ts';

/** Which call to the browser a script waits for, and where its author wrote it: the top of `stack`. */
export function browserCall(
  call: string | null,
  stack: string,
  originOf: OriginOf,
): BrowserCallMessage {
  const { file, line, column } = locate({ name: '', message: '', stack }, originOf);
  return {
    call: call === null ? null : `${call}`.slice(0, caps.browserCall),
    file: file?.slice(0, caps.fileName) ?? null,
    line,
    column,
  };
}
