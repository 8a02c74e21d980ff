import { recordBounds } from '@castellan/protocol';
import type { ActionMessage } from '@castellan/protocol/frames';
import type { Moments } from './moments.ts';
import type { Redaction } from './redact.ts';

/** One call of the script's Puppeteer, in milliseconds since the recording began. */
export interface Action {
  readonly name: string;
  readonly args: string;
  /** The frame of the script's stack that called; null for none. */
  readonly place: string | null;
  readonly from: number;
  /** Null for a call that had not ended when the run did. */
  to: number | null;
  error: string | null;
}

/** The calls of one run. Hostile: a box says of itself what it calls. */
export class Actions {
  readonly all: Action[] = [];
  /** How many were left out. */
  dropped = 0;
  readonly #moments: Moments;
  readonly #redaction: Redaction;
  readonly #open = new Map<number, Action>();

  constructor(moments: Moments, redaction: Redaction) {
    this.#moments = moments;
    this.#redaction = redaction;
  }

  take(message: ActionMessage): void {
    if ('name' in message) this.#begin(message);
    else this.#end(message.id, message.error);
  }

  #begin({ id, name, args, place }: Extract<ActionMessage, { name: string }>): void {
    if (this.all.length >= recordBounds.actions.most) {
      this.dropped++;
      return;
    }
    const text = (given: string): string => this.#redaction.text(given);
    const action: Action = {
      name: text(name),
      args: text(args),
      place: place === null ? null : text(place),
      from: this.#moments.now(),
      to: null,
      error: null,
    };
    this.all.push(action);
    this.#open.set(id, action);
  }

  #end(id: number, error: string | null): void {
    const action = this.#open.get(id);
    if (action === undefined) return;
    this.#open.delete(id);
    action.to = this.#moments.now();
    action.error = error === null ? null : this.#redaction.text(error);
  }
}
