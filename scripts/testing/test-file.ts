import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseReport } from './records.ts';
import type { TestRecord } from './records.ts';

export interface FileResult {
  readonly file: string;
  readonly records: readonly TestRecord[];
  /** The output of the file's process, both streams together. */
  readonly output: string;
  readonly durationMs: number;
}

export interface FileLimits {
  /** A test that takes longer fails, with its name. */
  readonly testMs: number;
  /** A process that takes longer is killed with all its children. */
  readonly fileMs: number;
}

const reporter = fileURLToPath(new URL('reporter.ts', import.meta.url));
const compiled = new URL('compiled.ts', import.meta.url).href;

/**
 * Runs one test file in a separate process group. A process that ends early, with a failure or too
 * late, or that declares no test, adds a failed record: silence is never a pass. Node's own runner
 * has a time-out for a test but none for a file, and does not kill the children of a file.
 */
export async function runTestFile(file: string, limits: FileLimits): Promise<FileResult> {
  const folder = await mkdtemp(join(tmpdir(), 'tests-report-'));
  const reportFile = join(folder, 'report');
  const started = performance.now();
  try {
    const child = spawn(
      process.execPath,
      [
        `--import=${compiled}`,
        `--test-timeout=${limits.testMs}`,
        `--test-reporter=${reporter}`,
        `--test-reporter-destination=${reportFile}`,
        file,
      ],
      { env: outsideTests(), stdio: ['ignore', 'pipe', 'pipe'], detached: true },
    );
    const closed = once(child, 'close');
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    }
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      killGroup(child.pid);
    }, limits.fileMs);
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    clearTimeout(timer);
    // Processes that the file left running may keep its output open, even from another group.
    killGroup(child.pid);
    await Promise.race([closed, delay(1_000, null, { ref: false })]);
    child.stdout.destroy();
    child.stderr.destroy();
    const report = parseReport(await readFile(reportFile, 'utf8').catch(() => ''));
    const failure = late
      ? `Not finished after ${limits.fileMs} ms: killed.`
      : verdict(report, code, signal);
    return {
      file,
      records: failure === null ? report.records : [...report.records, fileFailed(failure)],
      output,
      durationMs: Math.round(performance.now() - started),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Why the file as a whole failed, or null if its records account for everything. */
function verdict(
  report: ReturnType<typeof parseReport>,
  code: number | null,
  signal: string | null,
): string | null {
  const end = signal ?? `code ${code}`;
  if (!report.complete) return `The process ended before its tests, if it has any (${end}).`;
  if (report.records.length === 0) return 'The file declares no test.';
  const explained = report.records.some((record) => record.outcome === 'failed');
  return code === 0 || explained ? null : `The process failed (${end}).`;
}

function fileFailed(failure: string): TestRecord {
  return { outcome: 'failed', name: '(file)', reason: '', failure };
}

/** The environment without the variable that makes Node report to a parent test runner. */
function outsideTests(): NodeJS.ProcessEnv {
  const { NODE_TEST_CONTEXT: _, ...environment } = process.env;
  return environment;
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // The group is empty.
  }
}
