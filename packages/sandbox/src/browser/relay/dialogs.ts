import { type Fields, textOf } from './messages.ts';

/** The dialogs of pages that nobody has answered. A page does nothing while it shows one. */
export interface Dialogs {
  /** An event that the script gets. */
  event(method: string, params: () => Fields, sessionId: string): void;
  /** The oldest one, in words; undefined for none. */
  readonly open: string | undefined;
}

/** UTF-16 units of a dialog's text that are shown, and dialogs that are remembered. */
const shownText = 100;
const mostOpen = 64;

export function dialogs(): Dialogs {
  const open = new Map<string, string>();
  return {
    event(method, params, sessionId) {
      if (method === 'Page.javascriptDialogClosed') open.delete(sessionId);
      if (method !== 'Page.javascriptDialogOpening' || open.size >= mostOpen) return;
      const { type, message } = params();
      const text = JSON.stringify(textOf(message).slice(0, shownText));
      open.set(sessionId, `${textOf(type).slice(0, shownText)}(${text})`);
    },
    get open() {
      return open.values().next().value;
    },
  };
}
