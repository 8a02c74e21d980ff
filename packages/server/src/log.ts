import { type Logger, pino } from 'pino';
import type { EndedRun } from './runs/contract/launch.ts';
import type { Runs } from './runs/contract/runs.ts';
import type { LauncherChange } from './launching/launcher.ts';
import type { UnboundSecret } from './unbound-secrets.ts';

/** Fields that must never be in a log line, even if code logs them by mistake. */
const secrets = [
  'req.headers.authorization',
  'headers.authorization',
  'authorization',
  'key',
  '*.key',
  'env',
  '*.env',
  'secrets',
  '*.secrets',
];

/** The service's log: JSON lines on standard error. Closing it flushes the buffer. */
export function openLog(level: string): Logger & AsyncDisposable {
  // Buffered: each write wakes a thread, which under load cost a tenth of this process's time.
  const stream = pino.destination({ dest: 2, sync: false, minLength: 4_096, periodicFlush: 100 });
  const log = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secrets, censor: '[secret]' },
    },
    stream,
  );
  return Object.assign(log, {
    [Symbol.asyncDispose]: async (): Promise<void> => {
      stream.flushSync();
    },
  });
}

export function logEnd(log: Logger, run: EndedRun): void {
  const { id: runId, tenant, policy, status, reason, attempt, timings } = run;
  log.info({ runId, tenant, policy, status, reason, attempt, timings }, 'run ended');
}

export function logUnbound(log: Logger, unbound: UnboundSecret): void {
  log.warn({ ...unbound }, 'a placeholder was sent as it is');
}

export function logLauncher(log: Logger, change: LauncherChange): void {
  if (change.type === 'up') log.info({ pid: change.pid }, 'launcher stands ready');
  else log.error({ why: change.why }, 'launcher is gone');
}

/** Logs how a drain begins, by which signal, and what it leaves for the next start. */
export async function logDrain(
  log: Logger,
  runs: Runs,
  asked: { readonly signal: string | undefined; readonly budgetMs: number },
  drain: () => Promise<void>,
): Promise<void> {
  const { running, queued } = await runs.pressure();
  log.info({ ...asked, running, queued }, 'draining');
  await drain();
  const left = await runs.pressure();
  log.info({ running: left.running, queued: left.queued }, 'drained');
}

/**
 * Logs the end of the service. A process that exits before it is disposed, as at a second signal,
 * says so: the next start recovers its runs.
 */
export function logStop(log: Logger & AsyncDisposable): Disposable {
  const breakOff = (code: number): void => {
    log.warn({ code }, 'stopped at once; the next start recovers what was under way');
    void log[Symbol.asyncDispose]();
  };
  process.once('exit', breakOff);
  return {
    [Symbol.dispose]: () => {
      process.off('exit', breakOff);
      log.info('stopped');
    },
  };
}
