import { codeKey } from '@castellan/protocol/runtimes';
import { factsOf } from './facts.ts';
import type { Compiler } from './press.ts';

/** The part of isolated-vm that compiles code. */
export interface IsolatedVm {
  readonly ExternalCopy: new (bytes: ArrayBuffer) => object;
  readonly Isolate: new (options: { memoryLimit: number; snapshot: object }) => {
    compileScriptSync(
      text: string,
      options: { produceCachedData: true },
    ): { readonly cachedData?: { copy(): ArrayBuffer } | undefined };
    dispose(): void;
  };
}

/**
 * Returns a compiler for this process's V8, in isolates that start from `snapshot`. It runs no
 * script.
 */
export function compilerFor(vm: IsolatedVm, snapshot: Uint8Array): Compiler {
  const copy = new vm.ExternalCopy(new Uint8Array(snapshot).buffer);
  return {
    key: codeKey(process.versions.v8, process.arch, factsOf(snapshot).sha256),
    compile(text) {
      const isolate = new vm.Isolate({ memoryLimit: 1_024, snapshot: copy });
      try {
        const { cachedData } = isolate.compileScriptSync(text, { produceCachedData: true });
        if (cachedData === undefined) throw new Error('V8 returned no compiled code');
        return new Uint8Array(cachedData.copy());
      } finally {
        isolate.dispose();
      }
    },
  };
}
