/** Gives JavaScript of this thread the whole stack, or the part that is usual. */
export type UseStack = (isWhole: boolean) => void;

/**
 * What the add-on does, so that sources may nest as deeply as V8's own parser takes them. Where the build
 * made none, the stack is as it is, and sources nest some hundred levels deep.
 */
export function openStack(addon: string): UseStack {
  const binding: { exports: unknown } = { exports: {} };
  try {
    process.dlopen(binding, addon);
  } catch {
    return () => undefined;
  }
  return binding.exports as UseStack;
}
