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
  /** Keeps what refers to the context, to be let go when it is cut off; returns its argument. */
  readonly hold: <Held extends Releasable>(held: Held) => Held;
  readonly held: Releasable[];
}

/** A handle from outside that keeps all of a context alive. */
interface Releasable {
  release(): void;
}

interface CallTarget {
  frames: FrameFunctions | undefined;
  run: RunFunctions | undefined;
}

/**
 * Cuts a context off when its run has ended: whatever of its script may still be called by V8, such as the
 * callback of a registry, reaches nothing outside of it. Its memory is free once nothing refers to it.
 */
export function cutOff({ context, guest, target, held }: Warm): void {
  target.frames = undefined;
  target.run = undefined;
  for (const reference of [...Object.values(guest), ...held]) reference.release();
  context.release();
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
  // Each reference keeps all of the context alive.
  boot.release();
  guest.release();
  const held: Releasable[] = [];
  return {
    vm,
    isolate,
    context,
    guest: Object.fromEntries(references) as GuestReferences,
    target,
    held,
    hold: (each) => {
      held.push(each);
      return each;
    },
  };
}
