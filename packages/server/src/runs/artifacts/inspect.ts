import { Worker } from 'node:worker_threads';
import type { Artifact } from '@castellan/protocol';
import type { Finding, Question } from './inspector.ts';

/** Inspects the bytes of an artifact: their real type, and whether an image is complete. */
export type Inspect = (
  path: string,
  artifact: Pick<Artifact, 'contentType' | 'sizeBytes'>,
) => Promise<Finding>;

/** The inspector's thread. It starts with the first artifact and stops when it is disposed of. */
export interface Inspector extends AsyncDisposable {
  readonly inspect: Inspect;
}

/** How long one inspection may take; after it the type is unknown. */
const lookMs = 5_000;

const unknown: Finding = { contentType: 'application/octet-stream' };

/**
 * The bytes are untrusted, so they are parsed in a separate thread with little memory: input that
 * makes it hang or crash costs one artifact its type, and nothing else.
 */
export function startInspector(): Inspector {
  let worker: Worker | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const ask = (question: Question): Promise<Finding> => {
    const asked = (worker ??= startThread((gone) => {
      if (worker === gone) worker = undefined;
    }));
    return new Promise((resolve) => {
      const settle = (finding?: Finding): void => {
        clearTimeout(timer);
        asked.off('message', settle);
        asked.off('exit', die);
        resolve(finding ?? unknown);
      };
      const die = (): void => {
        if (worker === asked) worker = undefined;
        void asked.terminate();
        settle();
      };
      const timer = setTimeout(die, lookMs);
      asked.on('message', settle);
      asked.on('exit', die);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      asked.postMessage(question);
    });
  };

  return {
    inspect: (path, { contentType, sizeBytes }) => {
      const answer = last.then(() => ask({ path, declared: contentType, sizeBytes }));
      last = answer;
      return answer;
    },
    [Symbol.asyncDispose]: async () => {
      await last;
      await worker?.terminate();
    },
  };
}

function startThread(onExit: (worker: Worker) => void): Worker {
  const isSource = import.meta.url.endsWith('.ts');
  const worker = new Worker(new URL(`inspector.${isSource ? 'ts' : 'js'}`, import.meta.url), {
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16 },
  });
  // The exit event reports failures; without this listener, an error would end the process.
  worker.on('error', () => undefined);
  worker.on('exit', () => onExit(worker));
  worker.unref();
  return worker;
}
