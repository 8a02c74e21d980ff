import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import type { Duplex, Readable, Stream } from 'node:stream';

/** How much of the engine's standard error is kept. Then the pipe is closed. */
const stderrBytes = 16 * 1024;

/** How a process ended. For one that never started both are null. */
export interface Ended {
  readonly code: number | null;
  /** What the kernel ended it with, also where a program in between reported that as a code above 128. */
  readonly signal: string | null;
}

/** A program that was started, and its end. No promise here rejects. */
export interface Watched {
  /** This side of the program's descriptors, by the numbers that they have for the program. */
  readonly ends: readonly unknown[];
  readonly ended: Promise<Ended>;
  /** Resolves with the beginning of its standard error when that is closed. Hostile text. */
  readonly stderr: Promise<string>;
  /** Resolves when it has exited and all its streams are closed. */
  readonly closed: Promise<void>;
}

/** A child process. */
export interface WatchedChild extends Watched {
  readonly child: ChildProcess;
}

/** Watches a child. Call it in the same turn of the event loop in which the child was spawned. */
export function watchChild(child: ChildProcess): WatchedChild {
  const ended = Promise.withResolvers<Ended>();
  const closed = Promise.withResolvers<void>();
  child.once('exit', (code, signal) => ended.resolve({ code, signal }));
  child.once('close', () => closed.resolve());
  // When a box dies its sockets fail too; `ended` reports that already.
  for (const stream of child.stdio) stream?.on('error', () => stream.destroy());
  // Without a listener, a failure to start would be an uncaught exception.
  child.on('error', () => {
    if (child.pid === undefined) ended.resolve({ code: null, signal: null });
  });
  return {
    child,
    ends: child.stdio,
    ended: ended.promise,
    closed: closed.promise,
    stderr: head(child.stdio[2]),
  };
}

/** Closes this side of all streams and waits for the exit of the program, which must have been killed. */
export async function release({ ends, ended, closed }: Watched): Promise<void> {
  await ended;
  for (const end of ends) (end as Duplex | null | undefined)?.destroy();
  await closed;
}

/** How the program inside ended, from the exit of a wrapper that reports signal n as the code 128 + n. */
export function unwrapped({ code, signal }: Ended): Ended {
  if (code === null || code <= 128) return { code, signal };
  const found = Object.entries(constants.signals).find(([, number]) => number === code - 128);
  return found === undefined ? { code, signal } : { code: null, signal: found[0] };
}

/** Resolves with the beginning of a program's standard error when that is closed. */
export function head(stream: Stream | null | undefined): Promise<string> {
  const closed = Promise.withResolvers<string>();
  let text = Buffer.alloc(0);
  const readable = stream as Readable;
  readable.on('data', (chunk: Buffer) => {
    text = Buffer.concat([text, chunk.subarray(0, stderrBytes - text.length)]);
    if (text.length === stderrBytes) readable.destroy();
  });
  readable.once('close', () => closed.resolve(text.toString('utf8')));
  return closed.promise;
}
