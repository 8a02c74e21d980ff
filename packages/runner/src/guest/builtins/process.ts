/**
 * Stands in, inside the bundles of built-ins only, for the few properties of `process` that their
 * libraries mention. A script never sees it.
 */
export const process = {
  env: {},
  argv: [],
  platform: 'linux',
  version: 'v24.0.0',
  versions: { node: '24.0.0' },
  noDeprecation: false,
  cwd: (): string => '/',
  emitWarning: (warning: unknown): void => console.warn(String(warning)),
  nextTick(callback: (...values: unknown[]) => void, ...values: unknown[]): void {
    queueMicrotask(() => callback(...values));
  },
};
