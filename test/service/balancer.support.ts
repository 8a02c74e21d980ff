import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** One address before several services: each connection goes to the next of those that answer. */
export interface Balancer extends AsyncDisposable {
  readonly url: string;
}

export async function startBalancer(
  services: readonly { readonly url: string }[],
): Promise<Balancer> {
  const open = new Set<Socket>();
  let turn = 0;
  const forward = (from: Socket, left: number): void => {
    const service = services[turn++ % services.length];
    if (service === undefined || left === 0) return void from.destroy();
    const { port, hostname } = new URL(service.url);
    const to = connect(Number(port), hostname);
    let isThere = false;
    to.once('connect', () => {
      isThere = true;
      from.pipe(to).pipe(from);
    });
    to.once('error', () => {
      if (isThere) from.destroy();
      else forward(from, left - 1);
    });
    to.once('close', () => isThere && from.destroy());
    from.once('close', () => to.destroy());
  };
  const server = createServer((socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    forward(socket, services.length);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
