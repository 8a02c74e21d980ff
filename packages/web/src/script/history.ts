import type { Run, RunStatus } from '@castellan/protocol';
import { Store } from '../state/store.ts';
import { readWriting, type Writing } from './draft.ts';

/** A run that was started in this tab, with what was run. */
export interface Entry {
  readonly id: string;
  readonly createdAt: string;
  readonly status: RunStatus;
  readonly writing: Writing;
}

const historyName = 'castellan.history';
const most = 30;
const largestText = 2 ** 20;

/** The runs of this tab, the newest first. They outlive a reload, and end with the tab. */
export class History extends Store {
  entries: readonly Entry[] = read();

  add({ id, createdAt, status }: Run, writing: Writing): void {
    this.#keep([{ id, createdAt, status, writing }, ...this.entries].slice(0, most));
  }

  ended({ id, status }: Run): void {
    this.#keep(this.entries.map((entry) => (entry.id === id ? { ...entry, status } : entry)));
  }

  find(id: string | undefined): Entry | undefined {
    return this.entries.find((entry) => entry.id === id);
  }

  #keep(entries: readonly Entry[]): void {
    this.entries = entries;
    let kept = entries;
    let text = JSON.stringify(kept);
    while (text.length > largestText && kept.length > 1) {
      kept = kept.slice(0, -1);
      text = JSON.stringify(kept);
    }
    try {
      sessionStorage.setItem(historyName, text);
    } catch {
      // Full, or forbidden: the history lives as long as the page.
    }
    this.changed();
  }
}

function read(): Entry[] {
  try {
    const entries = JSON.parse(sessionStorage.getItem(historyName) ?? '[]') as Entry[];
    return entries.filter(({ writing }) => readWriting(JSON.stringify(writing)) !== null);
  } catch {
    return [];
  }
}
