/**
 * The first program in a browser's box. It listens on the box's own loopback, sends the listener to the
 * launcher, waits for its message, and becomes Chromium by `execve`.
 *
 *     node starter PORT PROGRAM ARGUMENT…
 */
import { createServer } from 'node:net';

const [port, program = '', ...rest] = process.argv.slice(2);

/**
 * Node keeps descriptors 0 to 2 over `execve`, but Chromium's pipe is 3 and 4: the shell moves
 * them.
 */
const move = 'exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null';

const server = createServer().listen(Number(port), '127.0.0.1', () => {
  process.send?.('listening', server);
});

process.once('message', () => {
  const { HOME = '', LANG = '' } = process.env;
  const env = { HOME, LANG, FONTCONFIG_PATH: '/etc/fonts' };
  process.execve?.('/bin/sh', ['sh', '-c', move, program, ...rest], env);
});
