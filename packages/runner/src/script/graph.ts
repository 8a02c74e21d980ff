/** One module as V8 links it. */
export interface Unit {
  /** A file of the script, or the path of a package. */
  readonly name: string;
  readonly kind: 'module' | 'body' | 'json' | 'package';
  /** Whether it waits at its own top level. */
  readonly awaits: boolean;
}

interface Edge<Key> {
  readonly specifier: string;
  readonly target: Key;
}

/** A module that is needed and is on the stack already. */
export interface Cycle {
  /** The file that imports it statically; null when it was asked for itself. */
  readonly importer: string | null;
  readonly specifier: string;
  readonly kind: Unit['kind'];
}

/** Which modules of a run import which, as far as they have been linked. `Key` stands for a module. */
export class Graph<Key> {
  readonly #units = new Map<Key, Unit>();
  readonly #edges = new Map<Key, Edge<Key>[]>();
  readonly #started = new Set<Key>();

  add(module: Key, unit: Unit): void {
    this.#units.set(module, unit);
    this.#edges.set(module, []);
  }

  connect(from: Key, specifier: string, target: Key): void {
    this.#edges.get(from)?.push({ specifier, target });
  }

  unit(module: Key): Unit | undefined {
    return this.#units.get(module);
  }

  /** A module and all that it imports statically, in the order in which they are evaluated. */
  reach(root: Key): Key[] {
    const found = new Set<Key>();
    const seen = new Set<Key>([root]);
    const path = [{ module: root, next: 0 }];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const edge = this.#edges.get(top.module)?.[top.next++];
      if (edge === undefined) {
        found.add(top.module);
        path.pop();
      } else if (!seen.has(edge.target)) {
        seen.add(edge.target);
        path.push({ module: edge.target, next: 0 });
      }
    }
    return [...found];
  }

  /** The names of a module and of all that it imports. */
  names(root: Key): string[] {
    return this.reach(root).map((module) => this.#units.get(module)?.name ?? '');
  }

  /** The first module, in the order of evaluation, that waits at its top level. */
  waiting(root: Key): string | undefined {
    return this.reach(root)
      .map((module) => this.#units.get(module))
      .find((unit) => unit?.awaits === true)?.name;
  }

  /** Remembers that V8 has begun to evaluate a module. */
  start(root: Key): void {
    for (const module of this.reach(root)) this.#started.add(module);
  }

  /**
   * Why `root` cannot be evaluated while the files `executing` are on the stack: V8 would have to enter
   * a module that it has not left, and ends the process instead.
   */
  cycle(root: Key, specifier: string, executing: ReadonlySet<string>): Cycle | null {
    const busy = this.#busy(root, executing);
    if (busy.size === 0) return null;
    const kind = this.#units.get(root)?.kind ?? 'module';
    if (busy.has(root) && this.#isEntered(root, executing)) {
      return { importer: null, specifier, kind };
    }
    for (const module of [...this.reach(root)].toReversed()) {
      for (const edge of this.#edges.get(module) ?? []) {
        if (!busy.has(edge.target) || !this.#isEntered(edge.target, executing)) continue;
        const { name = '' } = this.#units.get(module) ?? {};
        return {
          importer: name,
          specifier: edge.specifier,
          kind: this.#units.get(edge.target)?.kind ?? 'module',
        };
      }
    }
    return { importer: null, specifier, kind };
  }

  /** Whether V8 has begun a module, or a file on the stack is meant. */
  #isEntered(module: Key, executing: ReadonlySet<string>): boolean {
    return this.#started.has(module) || executing.has(this.#units.get(module)?.name ?? '');
  }

  /** Those that `root` needs from which a file on the stack can be reached. */
  #busy(root: Key, executing: ReadonlySet<string>): Set<Key> {
    const reached = this.reach(root);
    const busy = new Set(
      reached.filter((module) => executing.has(this.#units.get(module)?.name ?? '')),
    );
    for (let before = -1; before !== busy.size;) {
      before = busy.size;
      for (const module of reached) {
        if (this.#edges.get(module)?.some(({ target }) => busy.has(target))) busy.add(module);
      }
    }
    return busy;
  }
}
