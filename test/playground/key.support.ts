import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const program = fileURLToPath(new URL('../../packages/cli/dist/castellan.js', import.meta.url));

/** A key of the service with this data folder, made on its machine. */
export async function keyOf(data: string, ...flags: readonly string[]): Promise<string> {
  const args = [program, 'keys', 'create', '--data', data, '--json', ...flags];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return (JSON.parse(stdout) as { key: string }).key;
}
