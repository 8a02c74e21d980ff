import { logLauncher, openLog } from './log.ts';
import { version } from './version.ts';
import { work as workFor, type WorkerOptions } from './worker/worker.ts';

/** `castellan worker`: with the log of a service. */
export async function work(options: WorkerOptions, stop: AbortSignal): Promise<void> {
  await using log = openLog('info');
  await workFor(options, { log, version, onChange: (change) => logLauncher(log, change) }, stop);
}
