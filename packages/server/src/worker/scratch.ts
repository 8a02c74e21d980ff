import { mkdtempSync, readdirSync, rmSync, lstatSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const form = /^castellan-worker-(\d{1,10})-\w+$/;

/** A folder for artifacts on their way, for this process alone. Removes those of workers that were killed. */
export function scratchFolder(): Disposable & { readonly path: string } {
  for (const name of readdirSync(tmpdir())) {
    const [, pid] = form.exec(name) ?? [];
    if (pid !== undefined && isLeft(join(tmpdir(), name), Number(pid))) {
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
    }
  }
  const path = mkdtempSync(join(tmpdir(), `castellan-worker-${process.pid}-`));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** Whether it is this user's, and its process is gone. Another process with that number keeps it for now. */
function isLeft(path: string, pid: number): boolean {
  try {
    if (lstatSync(path).uid !== process.getuid?.()) return false;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
