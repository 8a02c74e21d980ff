import { refusedMemory } from '../entry/failures.ts';

const { apply } = Reflect;
const { prototype } = ArrayBuffer;
const { resize: ownResize } = prototype;

/**
 * Makes `resize` remember the errors by which the engine refuses memory, before a script can change
 * them: no figure shows afterwards what was asked for.
 */
export function watchResize(): void {
  const { resize } = {
    resize(this: ArrayBuffer, newLength?: number): void {
      try {
        apply(ownResize, this, [newLength]);
      } catch (error) {
        if (error instanceof RangeError && error.message.endsWith(': Out of memory'))
          refusedMemory(error);
        throw error;
      }
    },
  };
  Object.defineProperty(prototype, 'resize', {
    value: resize,
    writable: true,
    enumerable: false,
    configurable: true,
  });
}
