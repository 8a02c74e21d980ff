import { Socket } from 'node:net';
import { mayLeave } from './route-connections.ts';

/**
 * Calls `route` at the first use of `fetch`, and before the first connection that leaves the box.
 * Nothing is asked of `WebSocket`: Node would load its whole client for that, in each box, used or not.
 */
export function routeAtFirstUse(route: () => void): void {
  routeFetch(route);
  const own = Socket.prototype.connect;

  function connect(this: Socket, ...args: readonly unknown[]): Socket {
    if (Socket.prototype.connect !== connect || !mayLeave(...args)) {
      return Reflect.apply(own, this, args) as Socket;
    }
    Socket.prototype.connect = own;
    route();
    return Reflect.apply(Socket.prototype.connect, this, args) as Socket;
  }

  Socket.prototype.connect = connect;
}

function routeFetch(route: () => void): void {
  const own = Object.getOwnPropertyDescriptor(globalThis, 'fetch');
  if (own === undefined) return;
  Object.defineProperty(globalThis, 'fetch', {
    configurable: true,
    enumerable: own.enumerable ?? true,
    get() {
      Object.defineProperty(globalThis, 'fetch', own);
      route();
      return Reflect.get(globalThis, 'fetch') as unknown;
    },
    set(value: unknown) {
      Object.defineProperty(globalThis, 'fetch', { configurable: true, writable: true, value });
    },
  });
}
