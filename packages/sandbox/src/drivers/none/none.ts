import { CastellanError } from '@castellan/protocol';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Box, BoxParts, BoxSpec, Driver, DriverCheck } from '../driver.ts';
import { ProcessView } from '../procfs.ts';
import { runnerArguments, runnerEnvironment } from '../runner-command.ts';
import { readStderrHead, runningBox } from '../running-box.ts';

/**
 * No walls: the runner is a plain child process with the rights of its user. For development on
 * machines that cannot build a box, and only when it was asked for by name; `check` says so loudly.
 */
export function none(parts: BoxParts): Driver {
  return {
    name: 'none',

    async check(): Promise<DriverCheck> {
      return {
        ok: true,
        detail:
          'WARNING: isolation is off. Scripts run with the rights of this user: they can read its files, use its network and start its programs if they break out of the isolate. Never run code that you do not trust this way.',
        fix: 'Leave `isolation: none` out.',
      };
    },

    async start(spec: BoxSpec): Promise<Box> {
      const paths = {
        runner: join(parts.runnerDir, 'runner.js'),
        addon: parts.addon,
        snapshot: parts.snapshot ?? '',
      };
      const child = spawn(parts.node, runnerArguments(paths, spec), {
        env: { ...runnerEnvironment },
        cwd: '/',
        stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
      });
      const stderr = readStderrHead(child.stdio[2] as Readable);
      try {
        await once(child, 'spawn');
        const runner = new ProcessView(child.pid ?? 0);
        const { memoryBytes } = spec;
        return runningBox({ child, runner, stderr, cgroup: undefined, limits: [], memoryBytes });
      } catch (cause) {
        throw new CastellanError('box_failed', `Node did not start: ${(cause as Error).message}`, {
          cause,
        });
      }
    },
  };
}
