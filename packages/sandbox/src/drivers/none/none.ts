import { dirname, join } from 'node:path';
import { engines } from '@castellan/protocol';
import { watchChild } from '../../walls/child.ts';
import type { Box, BoxParts, BoxSpec, RunnerCheck, Runners } from '../../boxes/runner/box.ts';
import { ProcessView } from '../../walls/procfs.ts';
import { inheritableDescriptors, spawnSealed } from '../../walls/inherited.ts';
import {
  isolateArguments,
  nodeArguments,
  nodeEnvironment,
  runnerEnvironment,
} from '../../boxes/runner/runner-command.ts';
import { plainFolder } from './folder.ts';
import { runningBox } from '../../boxes/runner/running-box.ts';

/**
 * No isolation: the runner is a plain child process with the rights of its user. For development on
 * machines that cannot build a box, and only when chosen by name. `check` returns a warning.
 */
export function none(parts: BoxParts): Runners {
  return {
    driver: 'none',

    async check(engine = 'isolate'): Promise<RunnerCheck> {
      return {
        ok: true,
        detail: `WARNING: isolation is off. Scripts run with the rights of this user: they can read its files, use its network and start its programs${engines[engine].hasNode ? '' : ' if they break out of the isolate'}. Never run code that you do not trust this way.`,
        fix: 'Leave `isolation: none` out.',
      };
    },

    async start(spec: BoxSpec): Promise<Box> {
      if (engines[spec.engine].hasNode) return startNode(parts, spec);
      const paths = {
        runner: join(parts.runnerDir, 'runner.js'),
        addon: parts.addon,
        snapshot: parts.snapshot?.file ?? '',
        browserSnapshot: parts.browserSnapshot?.file ?? '',
        runtime: parts.runtimeDir ?? '',
      };
      const rest = isolateArguments(paths, parts, spec);
      const leaks = inheritableDescriptors();
      const child = spawnSealed(parts.node, rest, runnerEnvironment, 3, leaks);
      const watched = watchChild(child);
      const runner = new ProcessView(child.pid ?? 0);
      const { memoryBytes } = spec;
      return runningBox({
        watched,
        runner,
        engine: spec.engine,
        cgroup: undefined,
        limits: [],
        memoryBytes,
      });
    },
  };
}

/** The node engine without isolation: the script itself has the rights of this user. */
function startNode(parts: BoxParts, spec: BoxSpec): Box {
  const folder = plainFolder();
  const paths = {
    runner: join(parts.runnerDir, 'node-runner.js'),
    work: folder.work,
    writable: [folder.root],
    runtime: parts.nodeModules === undefined ? '' : dirname(parts.nodeModules),
    proxyPort: 0,
  };
  const leaks = inheritableDescriptors();
  const environment = nodeEnvironment(folder.root);
  const child = spawnSealed(parts.node, nodeArguments(paths, parts, spec), environment, 3, leaks);
  const watched = watchChild(child);
  const runner = new ProcessView(child.pid ?? 0);
  const { memoryBytes } = spec;
  const box = runningBox({
    watched,
    runner,
    engine: spec.engine,
    cgroup: undefined,
    limits: [],
    memoryBytes,
  });
  return {
    ...box,
    async [Symbol.asyncDispose]() {
      await box[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}
