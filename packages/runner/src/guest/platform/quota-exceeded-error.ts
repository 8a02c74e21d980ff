import { DOMException } from './dom-exception.ts';

/** Whether a value was made by the constructor, whatever its prototype is now. */
export let isQuotaExceededError: (value: object) => value is QuotaExceededError;

/** Web IDL's QuotaExceededError: a DOMException that may say how much was allowed, and asked for. */
export class QuotaExceededError extends DOMException {
  readonly #quota: number | null;
  readonly #requested: number | null;

  constructor(message: unknown = '', options: unknown = {}) {
    const isBag = typeof options === 'object' || typeof options === 'function';
    if (options !== undefined && !isBag) throw new TypeError('The options must be an object');
    super(message, 'QuotaExceededError');
    const { quota, requested } = (options ?? {}) as { quota?: unknown; requested?: unknown };
    this.#quota = amount(quota);
    this.#requested = amount(requested);
    if (this.#quota !== null && this.#requested !== null && this.#requested < this.#quota) {
      throw new RangeError('What was asked for must not be less than the quota');
    }
  }

  get quota(): number | null {
    return this.#quota;
  }

  get requested(): number | null {
    return this.#requested;
  }

  static {
    isQuotaExceededError = (value): value is QuotaExceededError => #quota in value;
  }
}

function amount(value: unknown): number | null {
  if (value === undefined) return null;
  const number = Number(value);
  if (!Number.isFinite(number)) throw new TypeError('An amount must be a finite number');
  if (number < 0) throw new RangeError('An amount must not be negative');
  return number;
}
