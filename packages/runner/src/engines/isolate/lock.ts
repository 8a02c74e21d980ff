/**
 * Closes this process for good: its memory to others of its user, and with `filter`, base64 of a program of
 * the kernel's filters, most system calls to all of its threads. Throws when the kernel refuses one of them.
 */
export function lockProcess(addon: string, filter: string): void {
  const binding: { exports: unknown } = { exports: {} };
  process.dlopen(binding, addon);
  (binding.exports as (program: Buffer) => void)(Buffer.from(filter, 'base64'));
}
