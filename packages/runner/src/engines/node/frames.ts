import { encodeText, frameTypes } from '@castellan/protocol/frames';
import { sendCall, sendReturned } from '../../channel/call.ts';
import type { CallHost } from '../../entry/calls.ts';
import type { ContextHost } from '../../entry/context.ts';
import type { GivenFiles } from '../../script/given-files.ts';
import type { EngineHost } from '../engine.ts';

/** Calls of helpers as frames; `hold` keeps Node's event loop going while an answer is awaited. */
export function callFrames(host: EngineHost, hold: (by: 1 | -1) => void): CallHost {
  let replyBytes: Uint8Array = new Uint8Array(0);
  return {
    call: (id, path, args, bytes) => sendCall(host, id, path, args, bytes),
    callSync(path, args, given) {
      sendCall(host, 0, path, args, given);
      const { json, bytes } = host.waitForReply();
      replyBytes = bytes;
      return json;
    },
    replyBytes: () => replyBytes,
    returned: (call, failure, text, bytes) => sendReturned(host, call, failure, text, bytes),
    awaitAnswers: (areAwaited) => hold(areAwaited ? 1 : -1),
  };
}

/** What scripts report and write, as frames, and the files that they were given. */
export function contextFrames({ send }: EngineHost, given: GivenFiles): ContextHost {
  return {
    progress: (fraction, text) => send(frameTypes.progress, { fraction, text }),
    artifact(id, name, contentType, content) {
      const bytes = typeof content === 'string' ? encodeText(content) : content;
      send(frameTypes.artifact, { id, name, contentType }, bytes);
    },
    file: (path, asText) => given.read(path, asText),
    artifactRead: (id, name) => send(frameTypes.artifactRead, { id, name }),
    fileNames: () => given.someNames,
    text: (bytes) => Buffer.from(bytes).toString(),
  };
}

/** Node's own classes take every header. */
export function setHeaders(
  { headers }: Request,
  pairs: readonly (readonly [name: string, value: string])[],
): void {
  for (const [name, value] of pairs) headers.append(name, value);
}
