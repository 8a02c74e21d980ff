import type { Settled } from '../../entry/entry.ts';
import { inWords, type Pending } from '../../entry/pending.ts';
import { type EngineHost, succeeded } from '../engine.ts';
import type { BuiltIns } from '../built-ins.ts';
import { Waiting } from '../waiting.ts';

const immediate = setImmediate;
const PromiseOf = Promise;

/** The end of one run, from the time at which its script has settled. */
export class Ending {
  readonly #host: EngineHost;
  readonly #pending: () => Pending;
  readonly #json: (settled: Settled, mayWarn: boolean) => string;
  readonly #builtIns: BuiltIns;
  readonly #waiting: Waiting;
  #settled: Settled | undefined;

  /** `json` gives JSON text of the value, and may warn of a value that is none. */
  constructor(
    host: EngineHost,
    pending: () => Pending,
    builtIns: BuiltIns,
    json: (settled: Settled, mayWarn: boolean) => string,
  ) {
    this.#host = host;
    this.#pending = pending;
    this.#json = json;
    this.#builtIns = builtIns;
    this.#waiting = new Waiting(host);
  }

  /** Whether the script has settled, and goes on. */
  get hasSettled(): boolean {
    return this.#settled !== undefined;
  }

  /** Ends the run with its value, or lets it go on until `drained` is called. */
  async settle(settled: Settled, goesOn: boolean): Promise<void> {
    const isLast = settled.isFinal || !goesOn;
    const json = isLast ? this.#json(settled, true) : this.#goOn(settled);
    // A rejection of this turn that is still unhandled fails the run after all.
    await new PromiseOf((resolve) => void immediate(resolve));
    if (isLast) this.#host.end(succeeded(json, this.#inWords(true)));
    else this.#waiting.for(() => this.#inWords(false));
  }

  /** Ends the run, now that nothing is left. Throws what reading the value throws. */
  drained(): void {
    if (this.#settled === undefined) return;
    this.#host.end(succeeded(this.#json(this.#settled, true), null));
  }

  #goOn(settled: Settled): string {
    const json = this.#json(settled, false);
    this.#waiting.begin(json);
    this.#settled = settled;
    return json;
  }

  #inWords(areDropped: boolean): string | null {
    return this.#builtIns.within(() => inWords(this.#pending(), areDropped));
  }
}
