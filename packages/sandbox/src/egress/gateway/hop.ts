import { type EntryMessage, longest } from '../messages.ts';
import { loggedUrl, type Target } from '../rules/target.ts';
import { Refused, shown } from '../rules/refused.ts';
import { type SecretRule, withoutSecrets } from '../rules/secrets.ts';
import type { Meter } from './budget.ts';
import { codeOf } from './fault.ts';

export type Entry = Omit<EntryMessage, 'request'>;

const reasonLength = 400;

/** One step of a request, and its entry in the network log of the run. */
export class Hop {
  readonly meter: Meter;
  target: Target | undefined;
  address: string | null = null;
  status: number | null = null;
  readonly #secrets: readonly SecretRule[];
  readonly #url: string;
  #method: string;
  #notes: readonly string[] = [];
  readonly #time = Date.now();
  readonly #started = performance.now();

  constructor(url: string, method: string, meter: Meter, secrets: readonly SecretRule[]) {
    this.#url = url;
    this.#method = method;
    this.meter = meter;
    this.#secrets = secrets;
  }

  /** Called when the step has been parsed and validated. */
  isFor(target: Target, method: string): void {
    this.target = target;
    this.#method = method;
  }

  /** Adds to the reason of the entry, also of one that succeeds. */
  note(notes: readonly string[]): void {
    this.#notes = notes;
  }

  ended(): Entry {
    return this.#entry('ok', null, null);
  }

  failed(error: unknown, signal: AbortSignal): Entry {
    if (signal.aborted) return this.#entry('aborted', null, reasonOf(signal.reason));
    const outcome = error instanceof Refused ? 'denied' : 'failed';
    return this.#entry(outcome, codeOf(error), reasonOf(error));
  }

  #entry(outcome: Entry['outcome'], code: Entry['code'], reason: string | null): Entry {
    // A placeholder can be longer than its value.
    const clean = (text: string, most: number): string =>
      withoutSecrets(text, this.#secrets).slice(0, most);
    const { target, meter, status, address } = this;
    const reasons = [...(reason === null ? [] : [reason]), ...this.#notes];
    return {
      time: this.#time,
      method: this.#method.slice(0, longest.method),
      url: clean(target?.url ?? loggedUrl(this.#url), longest.url),
      host: clean(target?.host ?? '', longest.host),
      address,
      status,
      durationMs: Math.round((performance.now() - this.#started) * 1_000) / 1_000,
      requestBytes: meter.requestBytes,
      responseBytes: meter.responseBytes,
      outcome,
      code,
      reason: reasons.length === 0 ? null : clean(reasons.join('; '), longest.reason),
    };
  }
}

/** The reason for the operator: the rule's message, or that of the library or the system. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error instanceof Refused) return error.message;
  // A parser's error may contain text from the server. Quotes and backslashes harm no reader.
  const text = shown(error.message, reasonLength).slice(1, -1);
  return text.replaceAll(/\\(["\\])/g, '$1');
}
