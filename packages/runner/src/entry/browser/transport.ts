import type { ConnectionTransport } from 'puppeteer-core/internal/common/ConnectionTransport.js';

/** Connections of Puppeteer's to the run's one browser, one after the other. */
export interface Transports {
  /** Ids that no other connection of the run uses: a late answer must not find a stranger. */
  readonly nextId: () => number;
  /** A transport for a new connection; the one before it says and hears nothing any more. */
  open(): ConnectionTransport;
  onMessage(text: string): void;
}

export function createTransports(send: (text: string) => void): Transports {
  let current: ConnectionTransport | undefined;
  let lastId = 0;
  const nextId = (): number => ++lastId;

  /** What the next connection shall hear of afresh, this one has to forget. */
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
    onMessage: (text) => current?.onmessage?.(text),
  };
}
