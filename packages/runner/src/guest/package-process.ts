/**
 * What packages find where they read a member of `process` without a look whether there is one: facts of
 * Node that tell nothing of this machine, and functions that do nothing. Scripts do not see it. The names are
 * `processMembers` of the protocol.
 */
export function packageProcess(): object {
  const silent = { isTTY: false, columns: 80, write: (): boolean => true };
  const ignored = function (this: unknown): unknown {
    return this;
  };
  return {
    arch: 'x64',
    argv: [],
    cwd: (): string => '/',
    emitWarning: (warning: unknown): void => console.warn(String(warning)),
    env: {},
    nextTick(callback: (...values: unknown[]) => void, ...values: unknown[]): void {
      queueMicrotask(() => callback(...values));
    },
    off: ignored,
    on: ignored,
    once: ignored,
    platform: 'linux',
    removeListener: ignored,
    stderr: silent,
    stdout: silent,
    version: 'v24.0.0',
    versions: { node: '24.0.0' },
  };
}
