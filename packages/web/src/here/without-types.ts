import type { Erased } from '../compiler/erased.ts';

/** A script without its types, every position as it was: as a transform of the browser sandbox. */
export async function withoutTypes(source: string, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  // A worker by itself: the editor's ends whenever its options change, and this one when the run does.
  const worker = new Worker(new URL('../compiler/types.worker.ts', import.meta.url), {
    type: 'module',
    name: 'eraser',
  });
  signal.addEventListener('abort', reject, { once: true });
  worker.addEventListener('message', ({ data }: MessageEvent<Erased>) => {
    if ('text' in data) return resolve(data.text);
    const { wrong, line, column } = data;
    reject(Object.assign(new SyntaxError(wrong), { line, column }));
  });
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    reject(new Error('The types of this script cannot be taken out here: choose Run'));
  });
  worker.postMessage(source, []);
  return promise.finally(() => worker.terminate());
}
