import { once } from 'node:events';
import { closeSync, constants, openSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/**
 * A socket in the data folder, which only its owner can open: by it a command on the machine has a running
 * service do what only the owner of the store can. One line of JSON each way.
 */
const name = 'control';
const mostBytes = 16 * 1024;

/** Copies the records of runs into a new file. */
export type CopyRuns = (file: string) => Promise<void>;

/** Listens until it is disposed of. */
export async function listenForCopies(folder: string, copy: CopyRuns): Promise<AsyncDisposable> {
  await using opened = new AsyncDisposableStack();
  // A path below a descriptor is short, however long that of the folder is: sockets take 107 bytes.
  const held = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  opened.defer(() => closeSync(held));
  const path = `/proc/self/fd/${held}/${name}`;
  rmSync(join(folder, name), { force: true });
  const server = createServer({ allowHalfOpen: true }, (socket) => void answer(socket, copy));
  server.listen(path);
  await once(server, 'listening');
  opened.defer(async () => {
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  const listening = opened.move();
  return { [Symbol.asyncDispose]: () => listening.disposeAsync() };
}

async function answer(socket: Socket, copy: CopyRuns): Promise<void> {
  socket.on('error', () => undefined);
  const say = (said: Said): void => void socket.end(JSON.stringify(said));
  try {
    let asked = '';
    for await (const chunk of socket) {
      asked += String(chunk);
      if (asked.length > mostBytes) return void socket.destroy();
    }
    await copy((JSON.parse(asked) as { readonly file: string }).file);
    say({ error: null });
  } catch (error) {
    say({ error: error instanceof Error ? error.message : String(error) });
  }
}

interface Said {
  readonly error: string | null;
}

/** Has the service of the folder copy its records into `file`; false if none runs. */
export async function askForCopy(folder: string, file: string): Promise<boolean> {
  const held = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    const socket = connect({ path: `/proc/self/fd/${held}/${name}`, allowHalfOpen: true });
    try {
      await once(socket, 'connect');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ECONNREFUSED') return false;
      throw error;
    }
    socket.end(JSON.stringify({ file }));
    const { error } = JSON.parse(await text(socket)) as Said;
    if (error === null) return true;
    throw new Error(error);
  } finally {
    closeSync(held);
  }
}
