import type { BrowsingHost } from './browsing-host.ts';

const ErrorOf = Error;
const { apply, defineProperty } = Reflect;
const { indexOf, slice } = String.prototype;
const { stringify } = JSON;
const { max, min } = Math;

/** How often the launcher is told what a script waits for, and in short runs after which part of them. */
const tellMs = 1_000;
const tellPart = 1 / 5;
const leastMs = 50;

/** UTF-16 units of an argument that are shown. */
const shownText = 100;

/** One call of the script's to Puppeteer that has not ended. */
interface OpenCall {
  /** Such as `page.goto`. */
  readonly name: string;
  readonly first: unknown;
  /** Made where the script called. */
  readonly origin: Error;
}

/**
 * The script's calls to Puppeteer that have not ended. Tells the launcher which one is waited for longest,
 * for the case that the run ends meanwhile. A call that Puppeteer makes for another one comes after it.
 */
export class OpenCalls {
  readonly #host: Pick<BrowsingHost, 'waitsFor' | 'leftMs'>;
  /** By number: such keys are walked in their order. */
  readonly #open: Record<number, OpenCall> = { __proto__: null } as never;
  #last = 0;
  #told = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: Pick<BrowsingHost, 'waitsFor' | 'leftMs'>) {
    this.#host = host;
  }

  /** Takes a call; the number is for `end`. */
  begin(name: string, first: unknown): number {
    const id = ++this.#last;
    this.#open[id] = { name, first, origin: new ErrorOf() };
    this.#timer ??= this.#tellLater();
    return id;
  }

  /** The call has ended; with an error, which gets the frames of its caller if it has none. */
  end(id: number, error?: unknown): void {
    const call = this.#open[id];
    delete this.#open[id];
    if (call !== undefined && error instanceof ErrorOf) placeAt(error, call.origin);
    if (this.#told === id) this.#tell();
    if (this.#oldest() !== undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #oldest(): number | undefined {
    for (const id in this.#open) return Number(id);
    return undefined;
  }

  #tellLater(): ReturnType<typeof setTimeout> {
    const ms = max(leastMs, min(tellMs, this.#host.leftMs() * tellPart));
    return setTimeout(() => {
      this.#tell();
      this.#timer = this.#oldest() === undefined ? undefined : this.#tellLater();
    }, ms);
  }

  #tell(): void {
    const id = this.#oldest() ?? 0;
    if (id === this.#told) return;
    this.#told = id;
    const call = this.#open[id];
    if (call === undefined) this.#host.waitsFor(null, '');
    else this.#host.waitsFor(`${call.name}(${shown(call.first)})`, `${call.origin.stack}`);
  }
}

function shown(argument: unknown): string {
  if (argument === undefined) return '';
  if (typeof argument !== 'string') return '…';
  const isLong = argument.length > shownText;
  return stringify(isLong ? `${apply(slice, argument, [0, shownText])}…` : argument);
}

/** Puppeteer's own frames are not shown, and may have left no room for those of the script. */
function placeAt(error: Error, origin: Error): void {
  const { stack } = error;
  if (typeof stack !== 'string' || framesOf(stack) !== '') return;
  const value = stack + framesOf(`${origin.stack}`);
  defineProperty(error, 'stack', { value, writable: true, configurable: true, enumerable: false });
}

function framesOf(stack: string): string {
  const at = apply(indexOf, stack, ['\n    at ']);
  return at < 0 ? '' : apply(slice, stack, [at]);
}
