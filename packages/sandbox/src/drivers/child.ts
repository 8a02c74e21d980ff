import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import type { BoxExit } from './driver.ts';

/** How much of the engine's standard error is kept; what follows meets a closed pipe. */
const stderrBytes = 16 * 1024;

/** A child and what becomes of it. Nothing here ever rejects. */
export interface WatchedChild {
  readonly child: ChildProcess;
  /**
   * How it ended. A status of 128 + n, as programs in between report it, is signal n; a child that
   * never started has neither.
   */
  readonly ended: Promise<Pick<BoxExit, 'code' | 'signal'>>;
  /** The beginning of its standard error, once that is closed. Hostile text. */
  readonly stderr: Promise<string>;
  /** It is gone and all its streams are closed. */
  readonly closed: Promise<void>;
}

/** Listens from birth on; call it in the turn of the event loop in which the child was spawned. */
export function watchChild(child: ChildProcess): WatchedChild {
  const ended = Promise.withResolvers<Pick<BoxExit, 'code' | 'signal'>>();
  const closed = Promise.withResolvers<void>();
  child.once('exit', (code, signal) => ended.resolve(named(code, signal)));
  child.once('close', () => closed.resolve());
  // A box that dies takes its ends of the sockets with it; `ended` tells, these only echo it.
  for (const stream of child.stdio) stream?.on('error', () => stream.destroy());
  // Without a listener a failure to start would be thrown at the whole program.
  child.on('error', () => {
    if (child.pid === undefined) ended.resolve({ code: null, signal: null });
  });
  return { child, ended: ended.promise, closed: closed.promise, stderr: head(child.stdio[2]) };
}

/** Closes our ends of all streams and waits until the child is gone. It has to be dying. */
export async function release({ child, ended, closed }: WatchedChild): Promise<void> {
  await ended;
  for (const stream of child.stdio) stream?.destroy();
  await closed;
}

function named(code: number | null, signal: string | null): Pick<BoxExit, 'code' | 'signal'> {
  if (code === null || code <= 128) return { code, signal };
  const found = Object.entries(constants.signals).find(([, number]) => number === code - 128);
  return found === undefined ? { code, signal } : { code: null, signal: found[0] };
}

function head(stream: ChildProcess['stdio'][2]): Promise<string> {
  const closed = Promise.withResolvers<string>();
  let text = Buffer.alloc(0);
  (stream as Readable).on('data', (chunk: Buffer) => {
    text = Buffer.concat([text, chunk.subarray(0, stderrBytes - text.length)]);
    if (text.length === stderrBytes) stream?.destroy();
  });
  stream?.once('close', () => closed.resolve(text.toString('utf8')));
  return closed.promise;
}
