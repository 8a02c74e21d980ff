import { useEffect, useRef, useState } from 'preact/hooks';
import type { InTurn } from '../../state/in-turn.ts';
import { drawPage } from './drawing.ts';
import type { Drawn } from './messages.ts';

/** How far one can turn the pages here. */
const mostPages = 100;

interface Props {
  readonly name: string;
  readonly bytes: ArrayBuffer;
  readonly inTurn: InTurn;
}

/** The pages of a PDF, one at a time. Of the file nothing but pixels and a number comes here. */
export function PdfPages({ name, bytes, inTurn }: Props) {
  const [number, setNumber] = useState(1);
  const [drawn, setDrawn] = useState<Drawn | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(true);
  const canvas = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    const stopping = new AbortController();
    const { signal } = stopping;
    const show = async (): Promise<void> => {
      try {
        const next = await inTurn(() => drawPage(bytes, number, signal));
        if (signal.aborted) return next.picture.close();
        setDrawn(next);
        setFailed(null);
      } catch (error) {
        if (signal.aborted) return;
        setFailed((error as Error).message);
      }
      setBusy(false);
    };
    setBusy(true);
    void show();
    return () => stopping.abort();
  }, [bytes, number]);

  useEffect(() => {
    if (drawn === null || canvas.current === null) return;
    const { picture } = drawn;
    Object.assign(canvas.current, { width: picture.width, height: picture.height });
    canvas.current.getContext('bitmaprenderer')?.transferFromImageBitmap(picture);
  }, [drawn]);

  const pages = drawn?.pages ?? 1;
  const last = Math.min(pages, mostPages);
  return (
    <div class="pdf" aria-busy={isBusy}>
      {failed === null ? (
        <canvas class="preview" ref={canvas} role="img" aria-label={`Page ${number} of ${name}`} />
      ) : (
        <div class="preview none" role="alert">
          No preview. {failed}
        </div>
      )}
      {pages > 1 && (
        <p class="turn">
          <button
            type="button"
            aria-label={`Previous page of ${name}`}
            disabled={number <= 1 || isBusy}
            onClick={() => setNumber(number - 1)}
          >
            ‹
          </button>
          {` ${number} of ${pages.toLocaleString('en')} `}
          <button
            type="button"
            aria-label={`Next page of ${name}`}
            disabled={number >= last || isBusy}
            onClick={() => setNumber(number + 1)}
          >
            ›
          </button>
          {number === mostPages && pages > mostPages && ' The rest is in the file.'}
        </p>
      )}
    </div>
  );
}
