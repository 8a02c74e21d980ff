import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { linter } from '../linters/install.ts';

/**
 * Checks a tarball as whoever installs it would see it: its manifest with publint, its types with attw.
 * Returns the last line of each; throws what they said if one of them found something.
 */
export function checkTarball(root: string, tarball: string): string[] {
  const publint = join(root, 'node_modules/.bin/publint');
  const checks: readonly (readonly [name: string, program: string, ...args: string[]])[] = [
    ['publint', publint, '--strict', tarball],
    // Node's own `require` of ES modules is the only one that is promised.
    ['attw', linter('attw'), tarball, '--profile', 'esm-only', '--no-emoji', '--format', 'ascii'],
  ];
  return checks.map(([name, program, ...args]) => {
    const env = { ...process.env, NO_COLOR: '1' };
    const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', env });
    const said = `${stdout}${stderr}`.trim();
    if (status !== 0) throw new Error(`${name} ${tarball}:\n${said}`);
    return `${name}: ${
      said
        .split('\n')
        .find((line) => /good|No problems|No types/i.test(line))
        ?.trim() ?? 'ok'
    }`;
  });
}
