/**
 * The few properties of `process` that the libraries of built-ins read. Only their bundles have it; a
 * script never sees it.
 */
export const process = {
  env: {},
  argv: [],
  platform: 'linux',
  version: 'v24.0.0',
  versions: { node: '24.0.0' },
  noDeprecation: false,
  stdout: { isTTY: false },
  stderr: { isTTY: false },
  cwd: (): string => '/',
  emitWarning(warning: unknown, type?: unknown, code?: unknown): void {
    const kind = typeof type === 'string' ? `${type}: ` : '';
    console.warn(`${typeof code === 'string' ? `[${code}] ` : ''}${kind}${String(warning)}`);
  },
  nextTick(callback: (...values: unknown[]) => void, ...values: unknown[]): void {
    queueMicrotask(() => callback(...values));
  },
};
