import { paced } from './pace.ts';
import type { ConnectionTransport } from 'puppeteer-core/internal/common/ConnectionTransport.js';

/** Puppeteer's connections to the run's one browser, one after the other. */
export interface Transports {
  /** Returns ids that are unique in the run, so that no late answer reaches another connection's call. */
  readonly nextId: () => number;
  /** Opens a transport for a new connection; the one before it neither sends nor receives any more. */
  open(): ConnectionTransport;
  onMessage(text: string): void;
}

export function createTransports(sendNow: (text: string) => void): Transports {
  let current: ConnectionTransport | undefined;
  const pace = paced(sendNow, (id, message) =>
    current?.onmessage?.(JSON.stringify({ id, error: { message } })),
  );
  const send = (text: string): void => pace.send(text);
  let lastId = 0;
  const nextId = (): number => ++lastId;

  /** Ends this connection's subscriptions, so that the next one is notified of all targets afresh. */
  const leave = (): void => {
    const forget = [
      { method: 'Target.setDiscoverTargets', params: { discover: false } },
      {
        method: 'Target.setAutoAttach',
        params: { autoAttach: false, waitForDebuggerOnStart: false, flatten: true },
      },
    ];
    for (const command of forget) send(JSON.stringify({ ...command, id: nextId() }));
  };

  return {
    nextId,
    open() {
      const transport: ConnectionTransport = {
        send(text) {
          if (current === transport) send(text);
        },
        close() {
          if (current !== transport) return;
          current = undefined;
          leave();
        },
      };
      current = transport;
      return transport;
    },
    onMessage(text) {
      pace.received(text);
      current?.onmessage?.(text);
    },
  };
}
