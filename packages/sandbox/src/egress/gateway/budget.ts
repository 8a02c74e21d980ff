import { Refused } from '../rules/refused.ts';

/** The limit on requests once more: the log has said so, and is not to grow by every try. */
export class Flooded extends Refused {}

/** What is left of a run's `networkRequests` and `networkBytes`. */
export class Budget {
  readonly #requests: number;
  readonly #bytes: number;
  #usedRequests: number;
  #usedBytes: number;

  constructor(
    limits: { readonly networkRequests: number; readonly networkBytes: number },
    used: { readonly requests: number; readonly bytes: number },
  ) {
    this.#requests = limits.networkRequests;
    this.#bytes = limits.networkBytes;
    this.#usedRequests = used.requests;
    this.#usedBytes = used.bytes;
  }

  /** Counts a step of a request before anything is done for it. Throws `Refused` past the limits. */
  countRequest(): void {
    this.#usedRequests += 1;
    const over = this.#usedRequests - this.#requests;
    const message = `more than ${this.#requests} requests (networkRequests)`;
    if (over === 1) throw new Refused(message);
    if (over > 1) throw new Flooded(message);
    this.countBytes(0);
  }

  /** Counts bytes that have gone out or come in. Throws `Refused` past the limit. */
  countBytes(bytes: number): void {
    this.#usedBytes += bytes;
    if (this.#usedBytes > this.#bytes) {
      throw new Refused(`more than ${this.#bytes} bytes (networkBytes)`);
    }
  }
}

/**
 * What may have arrived beyond twice the head and the body that have been read: what lies in buffers
 * on the way, and what honest servers put around a body.
 */
const spareBytes = 256 * 1_024;

/** The bytes of one step, as they are charged to the run. */
export class Meter {
  readonly #budget: Budget;
  #requestBytes = 0;
  #headerBytes = 0;
  /** Body bytes by stage: as received, then after each decoder. */
  readonly #stages: number[] = [];
  #largestStage = 0;
  #arrivedBytes = 0;
  #framingBytes = 0;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  get requestBytes(): number {
    return this.#requestBytes;
  }

  get responseBytes(): number {
    return this.#headerBytes + this.#largestStage + this.#framingBytes;
  }

  sent(bytes: number): void {
    this.#requestBytes += bytes;
    this.#budget.countBytes(bytes);
  }

  receivedHeaders(bytes: number): void {
    this.#headerBytes += bytes;
    this.#budget.countBytes(bytes);
  }

  /** Bytes have come off the connection. A server can put more around each byte of a body than into it. */
  arrived(bytes: number): void {
    this.#arrivedBytes += bytes;
    const free = 2 * (this.#headerBytes + this.#largestStage) + spareBytes;
    const growth = this.#arrivedBytes - free - this.#framingBytes;
    if (growth <= 0) return;
    this.#framingBytes += growth;
    this.#budget.countBytes(growth);
  }

  /** Only what the largest stage grows by is charged: a bomb at any stage is stopped there. */
  received(stage: number, bytes: number): void {
    const total = (this.#stages[stage] ?? 0) + bytes;
    this.#stages[stage] = total;
    const growth = total - this.#largestStage;
    if (growth <= 0) return;
    this.#largestStage = total;
    this.#budget.countBytes(growth);
  }
}
