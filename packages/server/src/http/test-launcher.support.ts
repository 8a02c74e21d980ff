import type { LauncherState } from '../runs/contract/launchers.ts';

/** The launcher that a service says it has. */
export const testLauncher: LauncherState = {
  pid: 1,
  since: '2026-11-30T12:00:00.000Z',
  starts: 1,
  lastEnd: null,
  pools: { default: { ready: 1, kept: 0, running: 0, waiting: 0 } },
};
