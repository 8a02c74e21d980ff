import type { Socket } from 'node:net';
import type { ChannelSource } from './channel.ts';

const { apply } = Reflect;
const { subarray } = Uint8Array.prototype;

/**
 * The channel as Node's event loop reads it: unlike a read in the pool of threads, it keeps the loop going
 * only while somebody holds it, so that the loop ends when nothing of the script's is left; and nothing
 * is read behind the back of a synchronous call.
 */
export class SocketSource implements ChannelSource {
  readonly #fd: number;
  #socket: Socket | undefined;
  #holds = 1;

  /** Held at first, for the job. */
  constructor(fd: number) {
    this.#fd = fd;
  }

  start(take: (bytes: Uint8Array) => void, end: () => void): void {
    // Loaded where it is needed: most boxes have no sockets.
    const net = process.getBuiltinModule('node:net');
    this.#socket = new net.Socket({
      fd: this.#fd,
      readable: true,
      writable: false,
      onread: {
        buffer: Buffer.allocUnsafeSlow(65_536),
        callback(length, buffer) {
          take(apply(subarray, buffer, [0, length]));
          return true;
        },
      },
    });
    this.#socket.on('end', end).on('error', end);
  }

  /** One holder more, or one less. */
  hold(by: 1 | -1): void {
    this.#holds += by;
    if (this.#holds > 0) this.#socket?.ref();
    else this.#socket?.unref();
  }
}
