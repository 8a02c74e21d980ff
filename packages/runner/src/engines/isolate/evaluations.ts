import type ivm from 'isolated-vm';
import type { Failure } from '../../entry/failures.ts';
import { failedName } from '../../guest/thrown.ts';
import type { Graph } from '../../script/graph.ts';
import type { Loader } from './loader.ts';
import type { GuestReferences } from './warm.ts';

/** The number of the entry among the imports. */
export const entryImport = 0;

/** Whether a turn failed with the mark of a module that failed, which `settleFailed` deals with. */
export function isMark(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === failedName;
}

/** The modules that V8 evaluates for `import()`, and for the entry, until the guest knows the result. */
export class Evaluations {
  readonly #loader: Loader;
  readonly #graph: Graph<ivm.Module>;
  readonly #guest: GuestReferences;
  readonly #queue: { readonly id: number; readonly module: ivm.Module }[] = [];
  readonly #running = new Map<number, ivm.Module>();
  readonly #failed: Set<string>;
  #last = entryImport;
  #hasNews = false;
  #isEvaluating = false;

  constructor(loader: Loader, graph: Graph<ivm.Module>, guest: GuestReferences) {
    this.#loader = loader;
    this.#graph = graph;
    this.#guest = guest;
    this.#failed = loader.failed;
  }

  /** Has a module evaluated in a turn of its own. */
  later(module: ivm.Module): number {
    const id = ++this.#last;
    this.#queue.push({ id, module });
    return id;
  }

  /** Evaluates what waits for it, each in a turn of its own. */
  evaluate(turn: (work: () => void) => void): void {
    if (this.#isEvaluating) return;
    this.#isEvaluating = true;
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      const { id, module } = next;
      turn(() => this.start(id, module));
    }
    this.#isEvaluating = false;
  }

  /** Evaluates a module, unless one that it needs has failed before. */
  start(id: number, module: ivm.Module): void {
    this.#running.set(id, module);
    this.#hasNews = true;
    if (this.#failedOf(module).length === 0) this.#loader.evaluate(module, id);
  }

  /** A file or package has failed. */
  fail(unit: string): void {
    this.#failed.add(unit);
    this.#hasNews = true;
  }

  /** Fails the imports whose modules have failed. Called at the end of each turn. */
  settleFailed(): void {
    if (!this.#hasNews) return;
    this.#hasNews = false;
    if (this.#failed.size === 0) return;
    this.#failRunning();
    this.#guest.unwatch.applySync(undefined, []);
  }

  #failRunning(): void {
    for (const [id, module] of this.#running) {
      const units = this.#failedOf(module);
      if (units.length === 0) continue;
      this.#running.delete(id);
      const names = JSON.stringify(units);
      const isKnown = this.#guest.failImport.applySync(undefined, [id, names, '']);
      if (isKnown) continue;
      // V8 keeps what a module threw, and throws it again for whoever imports it.
      this.#loader.rethrow(module);
      const unknown: Failure = {
        reason: 'uncaught_exception',
        name: 'Error',
        message: `The module ${JSON.stringify(units[0])} failed`,
        stack: '',
      };
      this.#guest.failImport.applySync(undefined, [id, names, JSON.stringify(unknown)]);
    }
  }

  #failedOf(module: ivm.Module): string[] {
    if (this.#failed.size === 0) return [];
    return this.#graph.names(module).filter((name) => this.#failed.has(name));
  }
}
