import { Worker } from 'node:worker_threads';
import type { Artifact } from '@castellan/protocol';
import type { Finding, Question } from './inspector.ts';

/** Looks at the bytes of an artifact: their real type, and whether an image is whole. */
export type Inspect = (
  path: string,
  artifact: Pick<Artifact, 'contentType' | 'sizeBytes'>,
) => Promise<Finding>;

/** The inspector's thread. It starts with the first artifact and goes when it is disposed of. */
export interface Inspector extends AsyncDisposable {
  readonly inspect: Inspect;
}

/** How long a look may take; bytes that need longer are of no known type. */
const lookMs = 5_000;

const unknown: Finding = { contentType: 'application/octet-stream' };

/**
 * The bytes are a stranger's, and so they are read in a thread of its own with little memory: what
 * hangs or breaks it costs one artifact its type, and nothing else.
 */
export function startInspector(): Inspector {
  let worker: Worker | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const ask = (question: Question): Promise<Finding> => {
    const asked = (worker ??= startThread());
    return new Promise((resolve) => {
      const settle = (finding: Finding | undefined): void => {
        clearTimeout(timer);
        asked.removeAllListeners();
        if (finding === undefined) {
          worker = undefined;
          // Without a listener an error of the thread would be one of the process.
          asked.on('error', () => undefined);
          void asked.terminate();
        }
        resolve(finding ?? unknown);
      };
      const timer = setTimeout(() => settle(undefined), lookMs);
      asked.once('message', (finding: Finding) => settle(finding));
      asked.once('error', () => settle(undefined));
      asked.once('exit', () => settle(undefined));
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

function startThread(): Worker {
  const isSource = import.meta.url.endsWith('.ts');
  const worker = new Worker(new URL(`inspector.${isSource ? 'ts' : 'js'}`, import.meta.url), {
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16 },
  });
  worker.unref();
  return worker;
}
