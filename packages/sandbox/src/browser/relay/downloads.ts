import { caps } from '@castellan/protocol/frames';
import { downloadFolder } from '../../boxes/browser/flags.ts';
import type { CdpConnection } from './connection.ts';
import type { FileTransfer } from './file-transfer.ts';
import { type Fields, textOf } from './messages.ts';

export interface Downloads {
  /** An event on the relay's own session. */
  event(method: string, params: Fields): void;
  /** Sets the folder for the downloads of a context. */
  prepare(contextId: string | undefined): Promise<void>;
}

export interface DownloadParts {
  readonly cdp: CdpConnection;
  readonly ownSession: () => string;
  readonly transfer: () => FileTransfer;
  /** The largest download, in bytes. */
  readonly limit: () => number;
  kept(name: string, bytes: Uint8Array): void;
  /** An event about a download of the script: of its end, when that was dealt with. */
  told(method: string, params: Fields): void;
  /** A download is larger than the limit. */
  tooLarge(name: string): void;
  failed(name: string, why: string): void;
}

/** Downloads at a time. */
const mostDownloads = 1_000;

/** Lets Chromium download into the box's memory under generated names, and fetches complete files. */
export function downloads(parts: DownloadParts): Downloads {
  const names = new Map<string, string>();

  async function keep(guid: string, name: string): Promise<void> {
    try {
      const bytes = await parts.transfer().read(`${downloadFolder}/${guid}`, parts.limit());
      parts.kept(name, bytes);
    } catch (error) {
      parts.failed(name, (error as Error).message);
    }
  }

  function progress(params: Fields): void {
    const guid = textOf(params['guid']);
    const state = textOf(params['state']);
    const path = state === 'completed' ? textOf(params['filePath']) : undefined;
    if (state !== 'inProgress' && parts.transfer().landed(guid, path)) return;
    const name = names.get(guid);
    if (name === undefined) return;
    const tell = (): void => parts.told('Browser.downloadProgress', params);
    if (state !== 'completed') tell();
    if (Math.max(Number(params['receivedBytes']), Number(params['totalBytes'])) > parts.limit()) {
      names.delete(guid);
      parts.tooLarge(name);
    } else if (state === 'completed') {
      names.delete(guid);
      void keep(guid, name).then(tell);
    } else if (state === 'canceled') {
      names.delete(guid);
      parts.failed(name, 'it was cancelled');
    }
  }

  return {
    event(method, params) {
      const guid = textOf(params['guid']);
      if (method === 'Browser.downloadWillBegin') {
        if (parts.transfer().began(guid, textOf(params['frameId']))) return;
        const suggested = textOf(params['suggestedFilename']).slice(0, caps.artifactName);
        if (names.size >= mostDownloads) return;
        names.set(guid, suggested || 'download');
        parts.told(method, params);
      } else if (method === 'Browser.downloadProgress') progress(params);
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
