import type ivm from 'isolated-vm';
import {
  type Boot,
  type FrameFunctions,
  type Guest,
  guestFunctions,
  hostFunctions,
  type RunFunctions,
} from '../../guest/host.ts';

/** The guest's functions, held from outside: each call is one turn of the script. */
export type GuestReferences = { readonly [Name in keyof Guest]: ivm.Reference<Guest[Name]> };

/** A context that waits for a run: everything is connected, nothing of a user's is in it. */
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
 * Makes a context from the isolate's snapshot and connects it. Only callbacks ever cross into the
 * guest, no other ivm object, and nothing of the connection stays on its global.
 */
export function warmContext(vm: typeof ivm, isolate: ivm.Isolate): Warm {
  const target: CallTarget = { frames: undefined, run: undefined };
  const names = Object.keys(hostFunctions).join();
  const callbacks = Object.entries(hostFunctions).map(([name, part]) => {
    return new vm.Callback((...args: unknown[]): unknown => {
      const host = target[part] as Record<string, (...values: unknown[]) => unknown> | undefined;
      return host === undefined ? undefined : Reflect.apply(host[name]!, host, args);
    });
  });
  const context = isolate.createContextSync();
  const boot = context.global.getSync('__castellan', {
    reference: true,
  }) as ivm.Reference<Boot>;
  context.global.deleteSync('__castellan');
  const guest = boot.applySync(undefined, [names, ...callbacks], { result: { reference: true } });
  const references = guestFunctions.map((name) => [name, guest.getSync(name, { reference: true })]);
  return { vm, isolate, context, guest: Object.fromEntries(references) as GuestReferences, target };
}
