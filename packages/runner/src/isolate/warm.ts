import type ivm from 'isolated-vm';
import type { Guest } from '../guest/host.ts';

/** The guest's functions, held from outside: each call is one turn of the script. */
export type GuestReferences = { readonly [Name in keyof Guest]: ivm.Reference<Guest[Name]> };

/** An isolate with a context in it, nothing of a user's run yet. */
export interface Warm {
  readonly isolate: ivm.Isolate;
  readonly context: ivm.Context;
  readonly boot: ivm.Reference<(...callbacks: unknown[]) => Guest>;
}

const guestFunctions = [
  'begin',
  'define',
  'hook',
  'enterBody',
  'enterModule',
  'settle',
  'settleImport',
  'failImport',
  'fireTimer',
] as const satisfies readonly (keyof Guest)[];

/** Makes an isolate from the prelude's snapshot. `memoryMb` bounds its heap and its buffers. */
export function warmUp(
  vm: typeof ivm,
  snapshot: ivm.ExternalCopy<ArrayBuffer>,
  memoryMb: number,
): Warm {
  const isolate = new vm.Isolate({ memoryLimit: memoryMb, snapshot });
  const context = isolate.createContextSync();
  const boot: Warm['boot'] = context.global.getSync('__castellan', { reference: true });
  context.global.deleteSync('__castellan');
  return { isolate, context, boot };
}

/** Connects the guest to its callbacks. Only callbacks ever cross into it, no other ivm object. */
export function connect(warm: Warm, callbacks: readonly ivm.Callback[]): GuestReferences {
  const guest: ivm.Reference<Guest> = warm.boot.applySync(undefined, [...callbacks], {
    result: { reference: true },
  });
  const references = guestFunctions.map((name) => [name, guest.getSync(name, { reference: true })]);
  return Object.fromEntries(references) as GuestReferences;
}
