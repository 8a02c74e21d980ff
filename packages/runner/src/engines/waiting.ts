import { caps, encodeText, frameTypes } from '@castellan/protocol/frames';
import { sendLog } from '../channel/log.ts';
import type { EngineHost } from './engine.ts';

// A script may replace them, and so does the guest in a worker.
const { setInterval: every, clearInterval: stop } = globalThis;

/** How often the launcher is told what a script goes on for; the first time it becomes a log line. */
const tellMs = 1_000;

/** A script that has settled and goes on: tells the launcher its value and what it waits for. */
export class Waiting implements Disposable {
  readonly #host: Pick<EngineHost, 'send'>;
  #isOn = false;
  #ask: () => string | null = () => null;
  #told: string | null = null;
  #timer: NodeJS.Timeout | undefined;
  #isLogged = false;

  constructor(host: Pick<EngineHost, 'send'>) {
    this.#host = host;
  }

  /** Whether the script has settled. */
  get isOn(): boolean {
    return this.#isOn;
  }

  /** Sends a copy of the script's value, JSON text. */
  begin(json: string): void {
    if (this.#isOn) return;
    this.#isOn = true;
    this.#host.send(frameTypes.settled, {}, encodeText(json));
  }

  /** Tells what the script waits for; `ask` returns that in words, null where it is not known. */
  for(ask: () => string | null): void {
    if (!this.#isOn) return;
    this.#ask = ask;
    if (this.#timer !== undefined) return;
    this.#tell();
    this.#timer = every(() => {
      const pending = this.#tell();
      if (!this.#isLogged) this.#log(pending);
    }, tellMs);
    // A number in browsers, which wait for nothing.
    if (typeof this.#timer === 'object') this.#timer.unref();
  }

  #tell(): string | null {
    const pending = this.#ask()?.slice(0, caps.pendingText) ?? null;
    if (pending !== this.#told) this.#host.send(frameTypes.waiting, { pending });
    this.#told = pending;
    return pending;
  }

  #log(pending: string | null): void {
    this.#isLogged = true;
    const text = `The script has settled and waits for ${pending ?? 'work that has no name'}.`;
    sendLog(this.#host, 'info', text);
  }

  [Symbol.dispose](): void {
    stop(this.#timer);
    this.#isOn = false;
  }
}
