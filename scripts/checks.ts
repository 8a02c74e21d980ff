import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

export interface Check {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

/** Static checks: everything that can be found without running the code. */
export function listChecks(root: string): Check[] {
  return [
    { name: 'types', command: ['npm', 'run', '--silent', 'types'] },
    { name: 'lint', command: ['npm', 'run', '--silent', 'lint'] },
    { name: 'format', command: ['npm', 'run', '--silent', 'format:check'] },
    { name: 'knip', command: ['knip'] },
    ...publicPackages(root).map((folder): Check => ({
      name: `publint ${folder}`,
      command: ['publint', '--strict', folder],
    })),
  ];
}

/** Runs the checks in sequence and prints each; returns the names of those that failed. */
export function runChecks(root: string, checks: readonly Check[]): string[] {
  const failed: string[] = [];
  for (const { name, command } of checks) {
    const [program, ...args] = command;
    const started = performance.now();
    const child = spawnSync(program, args, { cwd: root, encoding: 'utf8', env: withTools(root) });
    const ok = child.status === 0;
    const ms = Math.round(performance.now() - started);
    console.log(`${ok ? 'ok  ' : 'FAIL'} ${name} (${ms} ms)`);
    if (ok) continue;
    failed.push(name);
    console.log([child.error?.message, child.stdout, child.stderr].filter(Boolean).join('\n'));
  }
  return failed;
}

/** The environment, with the installed tools and the current Node first on the PATH. */
function withTools(root: string): NodeJS.ProcessEnv {
  const folders = [join(root, 'node_modules', '.bin'), dirname(process.execPath)];
  const PATH = [...folders, process.env['PATH']].join(delimiter);
  // Their output is captured, so it has no colours.
  return { ...process.env, PATH, NO_COLOR: '1' };
}

function publicPackages(root: string): string[] {
  return readdirSync(join(root, 'packages'))
    .map((name) => join('packages', name))
    .filter((folder) => {
      const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as {
        private?: boolean;
      };
      return manifest.private !== true;
    });
}
