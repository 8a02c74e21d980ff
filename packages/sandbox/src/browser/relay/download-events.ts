import type { Fields } from './messages.ts';

/** Sessions that are told, at most. */
const mostSessions = 64;

/** Tells the script of its downloads, on the sessions that have asked for it. */
export interface DownloadEvents {
  /** A session has asked for events, or for no more; `undefined` is the browser's first. */
  follow(sessionId: string | undefined, isWanted: boolean): void;
  /** Something has happened to a download of the script. */
  tell(method: string, params: Fields): void;
}

export function downloadEvents(toScript: (text: string) => void): DownloadEvents {
  const followers = new Set<string | undefined>();
  return {
    follow(sessionId, isWanted) {
      if (!isWanted) followers.delete(sessionId);
      else if (followers.size < mostSessions) followers.add(sessionId);
    },
    tell(method, { filePath: _ofTheBox, ...params }) {
      for (const sessionId of followers) toScript(JSON.stringify({ method, params, sessionId }));
    },
  };
}
