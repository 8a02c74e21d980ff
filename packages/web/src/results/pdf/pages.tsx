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

/** What came of drawing one page: its picture, or why there is none. */
type Shown = { readonly bytes: ArrayBuffer; readonly number: number } & (
  | { readonly drawn: Drawn }
  | { readonly failed: string }
);

/** The pages of a PDF, one at a time. Of the file nothing but pixels and a number comes here. */
export function PdfPages({ name, bytes, inTurn }: Props) {
  const [number, setNumber] = useState(1);
  const [shown, setShown] = useState<Shown | null>(null);
  const [pages, setPages] = useState(1);
  const canvas = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    const stopping = new AbortController();
    const { signal } = stopping;
    const show = async (): Promise<void> => {
      try {
        const next = await inTurn(() => drawPage(bytes, number, signal));
        if (signal.aborted) return next.picture.close();
        setPages(next.pages);
        setShown({ bytes, number, drawn: next });
      } catch (error) {
        if (!signal.aborted) setShown({ bytes, number, failed: (error as Error).message });
      }
    };
    void show();
    return () => stopping.abort();
  }, [bytes, number]);

  useEffect(() => {
    if (shown === null || 'failed' in shown || canvas.current === null) return;
    const { picture } = shown.drawn;
    Object.assign(canvas.current, { width: picture.width, height: picture.height });
    canvas.current.getContext('bitmaprenderer')?.transferFromImageBitmap(picture);
  }, [shown]);

  // Derived, so that no moment says of the page before that it is this one.
  const isBusy = shown?.bytes !== bytes || shown.number !== number;
  const last = Math.min(pages, mostPages);
  return (
    <div class="pdf" aria-busy={isBusy}>
      {shown !== null && 'failed' in shown ? (
        <div class="preview none" role="alert">
          No preview. {shown.failed}
        </div>
      ) : (
        <canvas
          class="preview"
          ref={canvas}
          role="img"
          aria-label={`Page ${shown?.number ?? number} of ${name}`}
        />
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
