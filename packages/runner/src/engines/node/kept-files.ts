import type { JobMessage } from '@castellan/protocol/frames';
import { type FileKind, Files } from '../../script/files.ts';
import type { Prepared } from '../../script/prepare.ts';
import type { Complain } from '../../script/words.ts';
import type { BuiltIns } from '../built-ins.ts';
import type { UseStack } from '../stack.ts';

/** The files of a run whose script may replace built-ins before it loads one of them. */
export class KeptFiles extends Files {
  readonly #builtIns: BuiltIns;
  readonly #useStack: UseStack;

  constructor(job: JobMessage, complain: Complain, builtIns: BuiltIns, useStack: UseStack) {
    super(job, complain, { keepsImport: true });
    this.#builtIns = builtIns;
    this.#useStack = useStack;
  }

  override has(file: string): boolean {
    return this.#builtIns.within(() => super.has(file));
  }

  override source(file: string): string {
    return this.#builtIns.within(() => super.source(file));
  }

  override kind(file: string): FileKind {
    return this.#builtIns.within(() => super.kind(file));
  }

  override prepared(file: string): Prepared {
    return this.#builtIns.within(() => {
      // A script has no more of it than plain Node would give.
      this.#useStack(true);
      try {
        return super.prepared(file);
      } finally {
        this.#useStack(false);
      }
    });
  }

  override resolve(specifier: string, from: string): string {
    return this.#builtIns.within(() => super.resolve(specifier, from));
  }
}
