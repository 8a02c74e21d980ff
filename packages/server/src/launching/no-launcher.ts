import { LaunchError } from '../runs/contract/launch.ts';
import type { Launcher } from './launcher.ts';

/** For a service whose runs go to workers alone: no script is started, or looked at, on its machine. */
export function noLauncher(): Launcher {
  const none = (): LaunchError =>
    new LaunchError('busy', 'This service has no launcher of its own.');
  return {
    // oxlint-disable-next-line require-yield -- it has nothing to say
    launch: async function* () {
      throw none();
    },
    check: () => Promise.reject(none()),
    watch: () => undefined,
    ready: Promise.resolve(),
    isUp: false,
    pid: undefined,
    state: { pid: null, since: null, starts: 0, lastEnd: null, pools: {} },
    offers: new Map(),
    replace: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
