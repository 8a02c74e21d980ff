import { frameTypes } from '@castellan/protocol/frames';
import type { CallHost } from '../../entry/calls.ts';
import type { ContextHost } from '../../entry/context.ts';
import type { GivenFiles } from '../../script/given-files.ts';
import type { EngineHost } from '../engine.ts';

/** Calls of helpers as frames; `hold` keeps Node's event loop going while an answer is awaited. */
export function callFrames(host: EngineHost, hold: (by: 1 | -1) => void): CallHost {
  const call = (id: number, path: string, args: string): void =>
    host.send(frameTypes.call, { id, path }, Buffer.from(args));
  return {
    call,
    callSync(path, args) {
      call(0, path, args);
      return host.waitForReply();
    },
    awaitAnswers: (areAwaited) => hold(areAwaited ? 1 : -1),
  };
}

/** What scripts report and write, as frames, and the files that they were given. */
export function contextFrames({ send }: EngineHost, given: GivenFiles): ContextHost {
  return {
    progress: (fraction, text) => send(frameTypes.progress, { fraction, text }),
    artifact(id, name, contentType, content) {
      const bytes = typeof content === 'string' ? Buffer.from(content) : content;
      send(frameTypes.artifact, { id, name, contentType }, bytes);
    },
    file: (path, asText) => given.read(path, asText),
    fileNames: () => given.someNames,
  };
}
