import { caps } from '@castellan/protocol/frames';
import { downloadFolder } from '../../boxes/browser/flags.ts';
import type { CdpConnection } from './connection.ts';
import type { FileTransfer } from './file-transfer.ts';
import { type Fields, textOf } from './messages.ts';

export interface Downloads {
  /** An event on the relay's own session. */
  event(method: string, params: Fields): void;
  /** What a session is told waits for this: of the end of a download it hears when the run has the file. */
  until(method: string, params: () => Fields): Promise<void> | undefined;
  /** Sets the folder for the downloads of a context. */
  prepare(contextId: string | undefined): Promise<void>;
}

/** A file that a page has downloaded. All of it is hostile. */
export interface Download {
  /** Chromium's name for the download. */
  readonly guid: string;
  /** The name that the server or the page gave, at most 255 UTF-16 units. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface DownloadParts {
  readonly cdp: CdpConnection;
  readonly ownSession: () => string;
  readonly transfer: () => FileTransfer;
  /** The largest download, in bytes. */
  readonly limit: () => number;
  kept(download: Download): void;
  /** An event about a download of the script: of its end, when that was dealt with. */
  told(method: string, params: Fields): void;
  /** A download is larger than the limit. */
  tooLarge(name: string): void;
  failed(name: string, why: string): void;
}

/** A download until the run has it. */
interface Pending extends PromiseWithResolvers<void> {
  readonly name: string;
  isOver: boolean;
}

/** Downloads at a time. */
const mostDownloads = 1_000;

/** Lets Chromium download into the box's memory under generated names, and fetches complete files. */
export function downloads(parts: DownloadParts): Downloads {
  const pending = new Map<string, Pending>();

  function begin(params: Fields): void {
    const guid = textOf(params['guid']);
    if (parts.transfer().began(guid, textOf(params['frameId']))) return;
    if (pending.size >= mostDownloads) return;
    const name = textOf(params['suggestedFilename']).slice(0, caps.artifactName) || 'download';
    pending.set(guid, { name, isOver: false, ...Promise.withResolvers<void>() });
    parts.told('Browser.downloadWillBegin', params);
  }

  async function keep(guid: string, name: string): Promise<void> {
    try {
      const bytes = await parts.transfer().read(`${downloadFolder}/${guid}`, parts.limit());
      parts.kept({ guid, name, bytes });
    } catch (error) {
      parts.failed(name, (error as Error).message);
    }
  }

  async function progress(params: Fields): Promise<void> {
    const guid = textOf(params['guid']);
    const state = textOf(params['state']);
    const path = state === 'completed' ? textOf(params['filePath']) : undefined;
    if (state !== 'inProgress' && parts.transfer().landed(guid, path)) return;
    const download = pending.get(guid);
    if (download === undefined || download.isOver) return;
    const { name } = download;
    const bytes = Math.max(Number(params['receivedBytes']), Number(params['totalBytes']));
    download.isOver = bytes > parts.limit() || state !== 'inProgress';
    if (bytes > parts.limit()) parts.tooLarge(name);
    else if (state === 'completed') await keep(guid, name);
    else if (state === 'canceled') parts.failed(name, 'it was cancelled');
    if (download.isOver) {
      pending.delete(guid);
      download.resolve();
    }
    parts.told('Browser.downloadProgress', params);
  }

  return {
    event(method, params) {
      if (method === 'Browser.downloadWillBegin') begin(params);
      else if (method === 'Browser.downloadProgress') void progress(params);
    },
    until(method, params) {
      if (method !== 'Page.downloadProgress') return undefined;
      const { guid, state } = params();
      return state === 'completed' ? pending.get(textOf(guid))?.promise : undefined;
    },
    async prepare(contextId) {
      await parts.cdp.ask(
        'Browser.setDownloadBehavior',
        {
          behavior: 'allowAndName',
          downloadPath: downloadFolder,
          eventsEnabled: true,
          ...(contextId === undefined ? {} : { browserContextId: contextId }),
        },
        parts.ownSession(),
      );
    },
  };
}
