import type ivm from 'isolated-vm';
import {
  type Boot,
  type FrameFunctions,
  type Guest,
  guestFunctions,
  type Host,
  hostFunctions,
  hostNames,
  type RunFunctions,
} from '../../guest/host.ts';

/** References to the guest's functions: each call is one turn of the script. */
export type GuestReferences = { readonly [Name in keyof Guest]: ivm.Reference<Guest[Name]> };

/** A context that waits for a run: connected, and without anything of a user's in it. */
export interface Warm {
  readonly vm: typeof ivm;
  readonly isolate: ivm.Isolate;
  readonly context: ivm.Context;
  readonly guest: GuestReferences;
  /** What the guest's callbacks reach; set when a run begins. */
  readonly target: CallTarget;
}

interface CallTarget {
  frames: FrameFunctions | undefined;
  run: RunFunctions | undefined;
}

/**
 * Makes a context from the isolate's snapshot and connects it. Callbacks are the only ivm objects
 * that ever cross into the guest, and the connection leaves nothing on its global scope.
 */
export function warmContext(vm: typeof ivm, isolate: ivm.Isolate): Warm {
  const target: CallTarget = { frames: undefined, run: undefined };
  const callbacks = hostNames.map((name) => {
    const part = hostFunctions[name];
    return new vm.Callback((...args: unknown[]): unknown => {
      const host = target[part] as Host | undefined;
      return host === undefined ? undefined : Reflect.apply(host[name], host, args);
    });
  });
  const context = isolate.createContextSync();
  const boot = context.global.getSync('__castellan', {
    reference: true,
  }) as ivm.Reference<Boot>;
  context.global.deleteSync('__castellan');
  const guest = boot.applySync(undefined, callbacks, { result: { reference: true } });
  const references = guestFunctions.map((name) => [name, guest.getSync(name, { reference: true })]);
  return { vm, isolate, context, guest: Object.fromEntries(references) as GuestReferences, target };
}
