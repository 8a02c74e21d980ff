import { setTimeout as wait } from 'node:timers/promises';
import type { LogLevel } from '@castellan/protocol';
import { CastellanError } from '@castellan/protocol';
import { carryProxy } from '../egress/launcher/proxy-stream.ts';
import type { BrowserUse } from '../boxes/browser/gauge.ts';
import { ownSandboxStands } from '../boxes/browser/processes.ts';
import type { ChromiumBox } from '../boxes/browser/running.ts';
import type { BrowserEnd, BrowserHooks, BrowserJob, RunBrowser } from './browser.ts';
import { openPipe, type Pipe } from './relay/pipe.ts';
import { openConnection } from './relay/connection.ts';
import { downloadEvents } from './relay/download-events.ts';
import { dialogs } from './relay/dialogs.ts';
import { downloads } from './relay/downloads.ts';
import { openFileTransfer, type FileTransfer } from './relay/file-transfer.ts';
import { Inventory } from './relay/inventory.ts';
import { textOf } from './relay/messages.ts';
import { pagesNetwork } from './relay/network/network.ts';
import { pageLog } from './relay/page-log/page-log.ts';
import { placeFiles } from './relay/place.ts';
import { openRelay } from './relay/relay.ts';
import { pictures } from './relay/picture.ts';
import { filmPace, livePace, openScreencast, type Screencast } from './relay/screencast.ts';
import { targetGuard } from './relay/targets.ts';

/** The interval at which the use of a browser is checked. */
const watchMs = 20;
/** How long the end of a run waits for the last pictures of a film. */
const lastPicturesMs = 300;
/** How long Chromium may take until its own sandbox is in force. */
const sandboxMs = 10_000;

/** A warm Chromium, with an empty page, whose own sandbox was verified. */
export interface WarmBrowser extends AsyncDisposable {
  readonly isGone: boolean;
  /** What all its processes use together. */
  use(): BrowserUse;
  /** Gives it to a run, for good. `release` is how the run disposes of it. */
  assign(job: BrowserJob, hooks: BrowserHooks, release: () => Promise<void>): RunBrowser;
}

/**
 * Connects to a Chromium that has just been started. Disposes of it and rejects when it does not
 * answer.
 */
export async function openBrowser(box: ChromiumBox): Promise<WarmBrowser> {
  let job: BrowserJob | undefined;
  let hooks: BrowserHooks | undefined;
  let ownSession = '';
  let transfer: FileTransfer | undefined;
  let watch: NodeJS.Timeout | undefined;
  let film: Screencast | undefined;
  let live: Screencast | undefined;
  let isGone = false;
  const end = Promise.withResolvers<BrowserEnd>();
  const inventory = new Inventory();
  const log = pageLog((level: LogLevel, text) => hooks?.onLog(level, text));

  const network = pagesNetwork({
    write: (text) => hooks?.onLog('warn', `[browser] ${text}`),
    isFlooded: () => job?.egress.exceeded.networkRequests ?? false,
  });

  const pipe: Pipe = openPipe(
    box.commands,
    box.answers,
    {
      message: (message) => relay.fromBrowser(message),
      tooLarge: (start) => relay.tooLarge(start),
    },
    () => hooks?.onDrain(),
  );
  const cdp = openConnection(pipe);
  const fileTransfer = (): FileTransfer =>
    (transfer ??= openFileTransfer(cdp, ownSession, inventory));
  const downloadsTold = downloadEvents((text) => hooks?.onMessage([text]));
  const saved = downloads({
    cdp,
    ownSession: () => ownSession,
    transfer: fileTransfer,
    limit: () => job?.limits.artifactBytes ?? 0,
    kept: (download) => hooks?.onDownload(download),
    told: (...event) => downloadsTold.tell(...event),
    tooLarge: (name) => finish('artifact_limit', `The download ${name.slice(0, 200)} is too large`),
    failed: (name, why) => log.browser(`The download ${name.slice(0, 200)} failed: ${why}`),
  });
  const guard = targetGuard(cdp, inventory, () => ownSession, {
    closed: (why) => log.browser(why),
    crashed: () => finish('browser_crashed', 'A page of the browser crashed'),
  });
  const picture = pictures(cdp, inventory, () => ownSession);
  const dialog = dialogs();
  const relay = openRelay({
    cdp,
    inventory,
    isOwn: (session) => session === ownSession,
    own(method, params) {
      guard.event(method, params);
      saved.event(method, params);
      film?.event(method, params);
      live?.event(method, params);
    },
    hidden(...event) {
      const [sessionId, method, params] = event;
      picture.event(sessionId, method, params);
      film?.hidden(...event);
      live?.hidden(...event);
    },
    network,
    seen(method, params, sessionId, characters, isTold) {
      dialog.event(method, params, sessionId);
      if (!isTold) log.event(method, params, sessionId, characters);
      job?.recorder?.onEvent?.(method, params, sessionId, characters);
    },
    asked(method, params, sessionId) {
      if (method === 'Fetch.failRequest') log.failed(sessionId ?? '', textOf(params['requestId']));
      if (method === 'Browser.setDownloadBehavior') {
        downloadsTold.follow(sessionId, params['eventsEnabled'] === true);
      }
    },
    until: (...event) => saved.until(...event),
    prepareContext: (id) => saved.prepare(id),
    placeFiles: (names) => placeFiles(names, (name) => hooks?.files(name), fileTransfer()),
    toScript: (...pieces) => hooks?.onMessage(pieces),
    refused: (why) => log.browser(why),
  });

  function finish(reason: Exclude<BrowserEnd['reason'], null>, message: string): void {
    const isFull = reason === 'browser_crashed' && box.wasOutOfMemory();
    end.resolve(isFull ? outOfMemory() : { reason, message });
  }

  function outOfMemory(): BrowserEnd {
    const bytes = job?.limits.browserMemoryBytes ?? 0;
    return {
      reason: 'out_of_memory',
      message: `The browser needed more than ${bytes} bytes of memory (browserMemoryBytes)`,
    };
  }

  void box.exited.then(() => {
    isGone = true;
    finish('browser_crashed', 'The browser crashed');
  });

  const dispose = async (): Promise<void> => {
    clearInterval(watch);
    film?.[Symbol.dispose]();
    live?.[Symbol.dispose]();
    end.resolve({ reason: null, message: 'The browser was closed' });
    await box[Symbol.asyncDispose]();
  };

  function assign(...[given, to, release]: Parameters<WarmBrowser['assign']>): RunBrowser {
    job = given;
    hooks = to;
    const { browserMemoryBytes, browserCpuMs } = given.limits;
    const onPicture = given.recorder?.onPicture;
    if (onPicture !== undefined) {
      film = openScreencast(cdp, inventory, ownSession, onPicture, filmPace);
    }
    inventory.memoryBytes = browserMemoryBytes;
    box.limitGrowth(browserMemoryBytes);
    const before = box.use();
    const use = (): BrowserUse => {
      const now = box.use();
      return { ...now, cpuMs: now.cpuMs - before.cpuMs };
    };
    box.onConnection((socket) => carryProxy(socket, given.egress, network.watch));
    watch = setInterval(() => {
      const { bytes, cpuMs } = use();
      const isFull = box.wasOutOfMemory() || bytes > before.bytes + browserMemoryBytes;
      if (isFull) end.resolve(outOfMemory());
      else if (cpuMs > browserCpuMs) end.resolve(outOfTime(browserCpuMs));
    }, watchMs);
    return {
      send: (bytes) => relay.fromScript(bytes),
      get unsent() {
        return pipe.unsent;
      },
      hold: (isHeld) => pipe.hold(isHeld),
      closed: end.promise,
      async finishFilm() {
        pipe.hold(false);
        await film?.finish(lastPicturesMs);
      },
      watch(take) {
        live?.stop();
        live = take && openScreencast(cdp, inventory, ownSession, take, livePace);
      },
      conclude: () => network.conclude(),
      get dialog() {
        return dialog.open;
      },
      picture: () => {
        pipe.hold(false);
        return picture.take();
      },
      use,
      [Symbol.asyncDispose]: release,
    };
  }

  async function handshake(): Promise<void> {
    const attached = await cdp.ask('Target.attachToBrowserTarget');
    ownSession = textOf(attached['sessionId']);
    inventory.hideSession(ownSession);
    await cdp.ask('Target.setDiscoverTargets', { discover: true, filter: [{}] }, ownSession);
    await saved.prepare(undefined);
    await untilSandboxed(box.pid);
    for (const { contextId } of inventory.pages) inventory.addContext(contextId);
  }

  try {
    const gone = box.exited.then((said) => {
      throw new Error(said.trim().slice(0, 500) || 'it ended without a word');
    });
    await Promise.race([handshake(), gone]);
    gone.catch(() => undefined);
  } catch (error) {
    await dispose();
    const why = (error as Error).message;
    throw new CastellanError('box_failed', `A browser could not be started: ${why}`);
  }
  return {
    get isGone() {
      return isGone;
    },
    use: () => box.use(),
    assign,
    [Symbol.asyncDispose]: dispose,
  };
}

function outOfTime(browserCpuMs: number): BrowserEnd {
  const message = `The browser used more than ${browserCpuMs} ms of processor time`;
  return { reason: 'cpu_timeout', message };
}

/** The kernel does not notify anyone when a process has installed its filter: poll. */
async function untilSandboxed(pid: number): Promise<void> {
  const giveUpAt = performance.now() + sandboxMs;
  while (!ownSandboxStands(pid)) {
    if (performance.now() > giveUpAt) throw new Error("Chromium's own sandbox is not on");
    await wait(5);
  }
}
