import { caps } from '@castellan/protocol/frames';

/** Sends commands to the browser no faster than it answers them. */
export interface Pace {
  /** Sends a command, JSON text: now, or when others have been answered if it may wait, as those to pages. */
  send(text: string, mayWait?: boolean): void;
  /** Takes a message of the browser's, JSON text. */
  received(text: string): void;
}

/**
 * Thousands of elements are thousands of commands at once, and the relay keeps no more than so many open.
 * `failed` is told of a command that could not be sent when its turn came.
 */
export function paced(
  send: (text: string) => void,
  failed: (id: number, message: string) => void,
): Pace {
  let open = 0;
  let waiting: string[] = [];
  let next = 0;

  const sendOpen = (text: string): void => {
    send(text);
    open++;
  };
  const sendNext = (): void => {
    const text = waiting[next++]!;
    if (next === waiting.length) [waiting, next] = [[], 0];
    try {
      sendOpen(text);
    } catch (error) {
      failed(idOf(text), (error as Error).message);
    }
  };

  return {
    send(text, mayWait = !isOfBrowser(text)) {
      if (open < caps.openCommands || !mayWait) sendOpen(text);
      else waiting.push(text);
    },
    received(text) {
      if (!text.startsWith('{"id":')) return;
      open--;
      while (next < waiting.length && open < caps.openCommands) sendNext();
    },
  };
}

/**
 * Whether a command names no session. They are few, and never wait: closing a page ends what hangs in it.
 * Puppeteer writes the session last.
 */
export function isOfBrowser(text: string): boolean {
  return !text.endsWith('"}');
}

function idOf(text: string): number {
  return Number(/,"id":(\d+)(?:,"sessionId":"[^"]*")?\}$/.exec(text.slice(-128))?.[1]);
}
