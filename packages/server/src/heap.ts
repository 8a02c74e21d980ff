import { setFlagsFromString } from 'node:v8';

/**
 * Bounds the garbage of this process, not its heap: by default V8 lets the young generation grow to
 * tens of MB, and collects the old one when it has doubled. Takes effect at the next collection, for
 * the whole process.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=20');
}
