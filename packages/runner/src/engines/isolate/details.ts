import type ivm from 'isolated-vm';
import type { ModuleShelves } from './module-shelves.ts';
import type { Warm } from './warm.ts';

/** The name of what the build made for this Node: V8's objects lie differently in memory in another. */
export const detailsFile = `details.abi${process.versions.modules}.node`;

/** The add-on of isolates in `native/details.cc`; undefined where the build made none for this Node. */
export function openDetails(vm: typeof ivm, file: string): ivm.NativeModule | undefined {
  try {
    return new vm.NativeModule(file);
  } catch {
    return undefined;
  }
}

/** Its functions, made in this context. */
export function detailsIn(
  { context, hold }: Warm,
  { details }: ModuleShelves,
): ivm.Reference | undefined {
  return details && hold(details.createSync(context));
}
