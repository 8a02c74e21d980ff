import type { Factory, Import } from '../entry/bodies.ts';

/** What one file of a run has from the guest under its alias: `import()`, with these properties. */
export interface Hook extends Import {
  /** `import.meta`. */
  readonly meta: object;
  /** Called when an ES module begins; it is disposed of when the module ends. */
  enter(): { done(): void };
  /** Returns what a part of a module's top level gives; keeps what it throws. */
  call(part: () => unknown): unknown;
  /** Keeps what a part has thrown, and throws it. */
  fail(error: unknown): never;
  /** Runs a body that has a module around it; gives its exports, or a promise of them if it waits. */
  body(factory: Factory, file: string, isAsync: boolean): unknown;
}
