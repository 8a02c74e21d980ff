import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A real file system of a few megabytes, that can be filled to the last byte and freed again. */
export interface SmallDisk extends AsyncDisposable {
  /** Where a process that was started with `before` finds it. */
  readonly folder: string;
  /** Where this process finds it. */
  readonly seen: string;
  /** Prefix of a command that is to see the disk. */
  readonly before: readonly string[];
  fill(): void;
  free(): void;
}

/** Mounted in the namespaces of a process of its own, so that no root is needed. */
export async function smallDisk(megabytes: number): Promise<SmallDisk> {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-disk-'));
  const script = `mount -t tmpfs -o size=${megabytes}m tmpfs "$0" && echo mounted && exec cat`;
  const holder = spawn('unshare', ['-Urm', 'sh', '-c', script, folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await Promise.race([once(holder.stdout, 'data'), once(holder, 'exit')]);
  const pid = String(holder.pid);
  const seen = `/proc/${pid}/root${folder}`;
  const filler = join(seen, 'filler');
  return {
    folder,
    seen,
    before: ['nsenter', '-t', pid, '-U', '-m', '--preserve-credentials', '--'],
    fill: () => {
      for (const size of [2 ** 20, 2 ** 12, 1]) {
        try {
          for (;;) writeFileSync(filler, Buffer.alloc(size), { flag: 'a' });
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        }
      }
    },
    free: () => rmSync(filler),
    [Symbol.asyncDispose]: async () => {
      const exited = once(holder, 'exit');
      holder.stdin.end();
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
