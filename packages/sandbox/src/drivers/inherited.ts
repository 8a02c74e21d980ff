import { readFileSync, readdirSync } from 'node:fs';

const closeOnExec = 0o2_000_000;

/**
 * Descriptors of this process, from 3 on, that a child would inherit unasked: opened by whoever
 * started us. Node marks its own, and of the inherited ones only the first few.
 */
export function inheritableDescriptors(): number[] {
  return readdirSync('/proc/self/fd')
    .map(Number)
    .filter((descriptor) => descriptor > 2 && !closesOnExec(descriptor));
}

function closesOnExec(descriptor: number): boolean {
  try {
    const text = readFileSync(`/proc/self/fdinfo/${descriptor}`, 'latin1');
    const flags = /^flags:\s*([0-7]+)$/m.exec(text)?.[1] ?? '0';
    return (Number.parseInt(flags, 8) & closeOnExec) !== 0;
  } catch {
    // The one that the folder itself was read with.
    return true;
  }
}
