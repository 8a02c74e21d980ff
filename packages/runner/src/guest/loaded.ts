import type { RefusalKind } from '../entry/failures.ts';

/**
 * What a file asks the host: an `import()`, with its attributes as JSON; a `require()`, with the files
 * that are on the stack as JSON; `import.meta.resolve()`; its own `import.meta`.
 */
export type LoadHow = 'import' | 'require' | 'resolve' | 'meta';

/** What a specifier resolved to. Its content has been passed to `Guest.define` before. */
export type Loaded =
  | { readonly kind: 'body' | 'json' | 'module'; readonly file: string }
  /** A member of a bundle: a package or a Node built-in. */
  | { readonly kind: 'member'; readonly member: string }
  /** An ES module whose namespace comes later, with `Guest.settleImport`. */
  | { readonly kind: 'later'; readonly id: number }
  /** An ES module that threw, or one that it needs; the first of `units` that the guest knows did. */
  | { readonly kind: 'failed'; readonly units: readonly string[] }
  | { readonly kind: 'resolved'; readonly url: string }
  | {
      readonly kind: 'meta';
      readonly url: string;
      readonly filename: string;
      readonly dirname: string;
      readonly main: boolean;
    }
  | {
      readonly kind: 'refused';
      readonly reason: string;
      readonly message: string;
      readonly error: RefusalKind;
      /** `file:line:column`, if the fault has a place of its own. */
      readonly at: string | null;
    };
