import DrawingWorker from './drawing.worker.ts?worker';

/** What the worker is asked for: the page with this number, from 1. */
export interface Wanted {
  readonly bytes: ArrayBuffer;
  readonly number: number;
}

export interface Drawn {
  readonly picture: ImageBitmap;
  /** Of the whole file. */
  readonly pages: number;
}

/** The last of them is what a half of pdf.js says to its other half, which is not here. */
type Answer = Drawn | { readonly failed: string } | { readonly targetName: string };

const longestMs = 10_000;

/** Draws a page. Rejects with a sentence for people; `signal` ends the work and says nothing. */
export async function drawPage(
  bytes: ArrayBuffer,
  number: number,
  signal: AbortSignal,
): Promise<Drawn> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<Drawn>();
  const worker = new DrawingWorker({ name: 'pdf' });
  const late = setTimeout(() => {
    reject(new Error(`It was not drawn within ${longestMs / 1_000} s.`));
  }, longestMs);
  signal.addEventListener('abort', reject, { once: true });
  worker.onmessage = ({ data }: MessageEvent<Answer>) => {
    if ('failed' in data) reject(new Error(data.failed));
    else if ('picture' in data) resolve(data);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    reject(new Error('Its page cannot be drawn.'));
  };
  const wanted: Wanted = { bytes, number };
  worker.postMessage(wanted);
  // Whatever the file has begun ends here.
  return promise.finally(() => {
    clearTimeout(late);
    worker.terminate();
  });
}
