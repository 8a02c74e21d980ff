/**
 * Draws one page of a PDF that a stranger made, in a worker of its own that ends with it: it has no
 * document, and its policy, which comes with its file, lets it ask nobody for anything.
 */
import { getDocument } from 'pdfjs-dist';
import { WorkerMessageHandler } from 'pdfjs-dist/build/pdf.worker.min.mjs';
import type { Drawn, Wanted } from './messages.ts';

// Where `getDocument` looks for its other half before it starts a worker for it.
Object.assign(globalThis, { pdfjsWorker: { WorkerMessageHandler } });

/** Of the picture of a page. */
const largestWidth = 800;
const largestPage = 1_000_000;
/** Pixels of a canvas that a page asks for while it is drawn: of a pattern, or of what is transparent. */
const largestCanvas = 4_000_000;
/** Pixels of a picture within a page; a larger one is left out. */
const largestPicture = 16_000_000;

self.addEventListener('message', ({ data }: MessageEvent<Wanted>) => {
  void draw(data).then(
    (drawn) => self.postMessage(drawn, { transfer: [drawn.picture] }),
    (error: unknown) => self.postMessage({ failed: reasonOf(error) }, { transfer: [] }),
  );
});

async function draw({ bytes, number }: Wanted): Promise<Drawn> {
  const { fonts } = self as unknown as { fonts: FontFaceSet };
  const opened = await getDocument({
    data: new Uint8Array(bytes),
    ownerDocument: { fonts } as unknown as HTMLDocument,
    CanvasFactory: Canvases,
    FilterFactory: Filters,
    disableWorkerRendering: true,
    // Nothing is fetched and nothing is compiled: neither fonts, nor tables, nor decoders.
    useWorkerFetch: false,
    useWasm: false,
    enableXfa: false,
    useSystemFonts: true,
    maxImageSize: largestPicture,
    canvasMaxAreaInBytes: 4 * largestCanvas,
    verbosity: 0,
  }).promise;
  const page = await opened.getPage(number);
  const whole = page.getViewport({ scale: 1 });
  const scale = Math.min(
    largestWidth / whole.width,
    Math.sqrt(largestPage / (whole.width * whole.height)),
  );
  const viewport = page.getViewport({ scale });
  const sides = [viewport.width, viewport.height].map((side) => Math.max(1, Math.floor(side)));
  const [across = 1, down = 1] = sides;
  const canvas = new OffscreenCanvas(across, down);
  await page.render({ canvas: canvas as unknown as HTMLCanvasElement, viewport }).promise;
  return { picture: canvas.transferToImageBitmap(), pages: opened.numPages };
}

/** Canvases without a document, none of them larger than it has to be. */
class Canvases {
  create(width: number, height: number) {
    refuseLarge(width, height);
    const canvas = new OffscreenCanvas(width, height);
    return { canvas, context: canvas.getContext('2d', { willReadFrequently: true }) };
  }

  getNoAlphaContext(canvas: OffscreenCanvas) {
    return canvas.getContext('2d', { alpha: false, willReadFrequently: true });
  }

  reset({ canvas }: { canvas: OffscreenCanvas }, width: number, height: number): void {
    refuseLarge(width, height);
    Object.assign(canvas, { width, height });
  }

  destroy(made: { canvas: OffscreenCanvas | null; context: unknown }): void {
    if (made.canvas !== null) Object.assign(made.canvas, { width: 0, height: 0 });
    Object.assign(made, { canvas: null, context: null });
  }
}

function refuseLarge(width: number, height: number): void {
  if (width * height > largestCanvas) throw new Error('A part of the page is too large');
}

/** Filters are elements of a document: without one, what a page shows through them is as it is. */
class Filters {
  addFilter = none;
  addHCMFilter = none;
  addAlphaFilter = none;
  addLuminosityFilter = none;
  addKnockoutFilter = none;
  addHighlightHCMFilter = none;
  destroy(): void {}
}

function none(): string {
  return 'none';
}

function reasonOf(error: unknown): string {
  const { name = '' } = Object(error) as { name?: string };
  if (name === 'PasswordException') return 'It is locked with a password.';
  if (name === 'InvalidPDFException') return 'It is no PDF that can be read.';
  return 'Its page cannot be drawn.';
}
