import type { JobMessage } from '@castellan/protocol/frames';
import { type FileKind, Files } from '../../script/files.ts';
import type { Prepared } from '../../script/prepare.ts';
import type { Complain } from '../../script/words.ts';
import type { BuiltIns } from '../built-ins.ts';

/** The files of a run whose script may replace built-ins before it loads one of them. */
export class KeptFiles extends Files {
  readonly #builtIns: BuiltIns;

  constructor(job: JobMessage, complain: Complain, builtIns: BuiltIns) {
    super(job, complain, { keepsImport: true });
    this.#builtIns = builtIns;
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
    return this.#builtIns.within(() => super.prepared(file));
  }

  override resolve(specifier: string, from: string): string {
    return this.#builtIns.within(() => super.resolve(specifier, from));
  }
}
