import type { ConnectionTransport } from 'puppeteer-core/internal/common/ConnectionTransport.js';

/** Connections of Puppeteer's to the run's one browser, one after the other. */
export interface Transports {
  /** Ids that no other connection of the run uses: a late answer must not find a stranger. */
  readonly nextId: () => number;
  /** A transport for a new connection. Throws when the browser is gone. */
  open(): ConnectionTransport;
  onMessage(text: string): void;
  onClosed(message: string): void;
}

export function createTransports(send: (text: string) => void): Transports {
  let current: ConnectionTransport | undefined;
  let gone: string | undefined;
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
      if (gone !== undefined) throw new Error(gone);
      const transport: ConnectionTransport = {
        send(text) {
          if (gone === undefined && current === transport) send(text);
        },
        close() {
          if (current !== transport) return;
          current = undefined;
          if (gone === undefined) leave();
        },
      };
      current = transport;
      return transport;
    },
    onMessage: (text) => current?.onmessage?.(text),
    onClosed(message) {
      gone = message;
      current?.onclose?.();
    },
  };
}
