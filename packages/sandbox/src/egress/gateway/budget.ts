import { Refused } from '../rules/refused.ts';

/**
 * The limit of requests was exceeded before: the log has an entry already and must not grow with
 * every further request.
 */
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

  /** Counts a step of a request before it is carried out. Throws `Refused` beyond the limits. */
  countRequest(): void {
    this.#usedRequests += 1;
    const over = this.#usedRequests - this.#requests;
    const message = `more than ${this.#requests} requests (networkRequests)`;
    if (over === 1) throw new Refused(message, 'too_many_requests');
    if (over > 1) throw new Flooded(message, 'too_many_requests');
    this.countBytes(0);
  }

  /** Counts bytes that were sent or received. Throws `Refused` beyond the limit. */
  countBytes(bytes: number): void {
    this.#usedBytes += bytes;
    if (this.#usedBytes > this.#bytes) {
      throw new Refused(`more than ${this.#bytes} bytes (networkBytes)`, 'too_many_bytes');
    }
  }
}

/**
 * Bytes that may have arrived beyond twice the head and body that were read: those in buffers, and the
 * framing that honest servers put around a body.
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

  /** Counts bytes that the connection received: a server can send more framing than body. */
  arrived(bytes: number): void {
    this.#arrivedBytes += bytes;
    const free = 2 * (this.#headerBytes + this.#largestStage) + spareBytes;
    const growth = this.#arrivedBytes - free - this.#framingBytes;
    if (growth <= 0) return;
    this.#framingBytes += growth;
    this.#budget.countBytes(growth);
  }

  /**
   * Charges only the growth of the largest stage, so a decompression bomb is stopped at whatever
   * stage.
   */
  received(stage: number, bytes: number): void {
    const total = (this.#stages[stage] ?? 0) + bytes;
    this.#stages[stage] = total;
    const growth = total - this.#largestStage;
    if (growth <= 0) return;
    this.#largestStage = total;
    this.#budget.countBytes(growth);
  }
}
