import type { CdpConnection } from './connection.ts';
import type { Inventory } from './inventory.ts';
import { type Fields, fieldsOf, textOf } from './messages.ts';

/** Bytes of a file that go through one command. */
const chunkBytes = 2 ** 20;

/**
 * Moves files into the box's memory and out of it, by a page of the relay in a context that the script
 * never sees. Chromium itself reads and writes the files, so no path of the box is ever opened from
 * outside.
 */
export interface FileTransfer {
  /** Writes a file that Chromium can put into a form. Resolves with its path in the box. */
  put(name: string, bytes: Uint8Array): Promise<string>;
  /** Reads a file of the box. Rejects when it is larger than `limit` bytes. */
  read(path: string, limit: number): Promise<Uint8Array>;
  /** A download has ended; without a path it failed. Returns true when it was one of these files. */
  landed(guid: string, path: string | undefined): boolean;
  /** A download has begun. Returns true when it is one of these files. */
  began(guid: string, frameId: string): boolean;
}

export function openFileTransfer(
  cdp: CdpConnection,
  ownSession: string,
  inventory: Inventory,
): FileTransfer {
  const landing = new Map<string, PromiseWithResolvers<string>>();
  let starting: Promise<{ session: string; context: string; frame: string }> | undefined;
  let begun: ((guid: string) => void) | undefined;
  let frame = '';
  let count = 0;
  let last: Promise<unknown> = Promise.resolve();

  async function start(): Promise<{ session: string; context: string; frame: string }> {
    const made = await cdp.ask('Target.createBrowserContext', {}, ownSession);
    const context = textOf(made['browserContextId']);
    inventory.hideContext(context);
    const target = await cdp.ask(
      'Target.createTarget',
      { url: 'about:blank', browserContextId: context, background: true },
      ownSession,
    );
    const targetId = textOf(target['targetId']);
    const attached = await cdp.ask(
      'Target.attachToTarget',
      { targetId, flatten: true },
      ownSession,
    );
    const session = textOf(attached['sessionId']);
    inventory.hideSession(session);
    frame = targetId;
    return { session, context, frame };
  }

  const page = (): Promise<{ session: string; context: string; frame: string }> =>
    (starting ??= start());

  async function evaluate(session: string, expression: string): Promise<Fields> {
    const answer = await cdp.ask('Runtime.evaluate', { expression, userGesture: true }, session);
    if (answer['exceptionDetails'] !== undefined) throw new Error('a file could not be made');
    return fieldsOf(answer['result']);
  }

  async function write(name: string, bytes: Uint8Array): Promise<string> {
    const { session, context } = await page();
    const downloadPath = `/tmp/files/${++count}`;
    await cdp.ask(
      'Browser.setDownloadBehavior',
      { behavior: 'allow', browserContextId: context, downloadPath, eventsEnabled: true },
      ownSession,
    );
    // A page gets no more than ten downloads before it is opened again.
    await cdp.ask('Page.navigate', { url: 'about:blank' }, session);
    await evaluate(session, 'globalThis.parts = []; 0');
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      const text = Buffer.from(bytes.subarray(at, at + chunkBytes)).toString('base64');
      await evaluate(session, `parts.push(Uint8Array.fromBase64('${text}')); 0`);
    }
    const landed = Promise.withResolvers<string>();
    begun = (guid) => landing.set(guid, landed);
    await evaluate(
      session,
      `{ const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob(parts, { type: 'application/octet-stream' }));
      link.download = ${JSON.stringify(name)};
      link.click();
      globalThis.parts = []; } 0`,
    );
    return landed.promise;
  }

  async function readAll(path: string, limit: number): Promise<Uint8Array> {
    const { session } = await page();
    const input = await evaluate(
      session,
      "Object.assign(document.createElement('input'), { type: 'file' })",
    );
    const objectId = textOf(input['objectId']);
    await cdp.ask('DOM.setFileInputFiles', { objectId, files: [path] }, session);
    const file = await cdp.ask(
      'Runtime.callFunctionOn',
      { objectId, functionDeclaration: 'function () { return this.files[0]; }' },
      session,
    );
    const blob = fieldsOf(file['result']);
    const { uuid } = await cdp.ask('IO.resolveBlob', { objectId: blob['objectId'] }, session);
    const handle = `blob:${textOf(uuid)}`;
    const chunks: Buffer[] = [];
    let bytes = 0;
    for (;;) {
      const piece = await cdp.ask('IO.read', { handle, size: chunkBytes }, session);
      const encoding = piece['base64Encoded'] === true ? 'base64' : 'utf8';
      const chunk = Buffer.from(textOf(piece['data']), encoding);
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > limit) throw new Error('the file is too large');
      if (piece['eof'] === true) return Buffer.concat(chunks);
    }
  }

  /** One at a time: they share the page. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  }

  return {
    put: (name, bytes) => inTurn(() => write(name, bytes)),
    read: (path, limit) => inTurn(() => readAll(path, limit)),
    began(guid, frameId) {
      const isOwn = frame !== '' && frameId === frame;
      if (isOwn) begun?.(guid);
      return isOwn;
    },
    landed(guid, path) {
      const file = landing.get(guid);
      landing.delete(guid);
      if (path === undefined) file?.reject(new Error('the browser has no room for the file'));
      else file?.resolve(path);
      return file !== undefined;
    },
  };
}
