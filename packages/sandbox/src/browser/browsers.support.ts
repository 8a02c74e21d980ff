import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type Limits, type NetworkEntry, resolveLimits } from '@castellan/protocol';
import { type Cgroups } from '../walls/cgroup/cgroups.ts';
import { openCgroups } from '../walls/cgroup/open.ts';
import { bubblewrap } from '../drivers/bubblewrap/bubblewrap.ts';
import { openNetwork, runNetwork, openRunEgress } from '../egress/launcher/open-network.ts';
import { settled } from '../../../../test/shared/until.support.ts';
import type { BrowserEnd, BrowserPool, RunBrowser } from './browser.ts';
import { openBrowsers } from './pool.ts';
import { Pieces } from './relay/piece.ts';

export type Answer = Record<string, unknown>;

/** What a script would have of its browser, in raw CDP, and what the run receives of it. */
export interface Client extends AsyncDisposable {
  readonly browser: RunBrowser;
  readonly logs: string[];
  readonly artifacts: { name: string; bytes: Uint8Array }[];
  readonly entries: NetworkEntry[];
  readonly end: Promise<BrowserEnd>;
  /** Called with all that the script would receive. */
  readonly listeners: ((text: string) => void)[];
  /** The result of a command; rejects with its error's message. */
  ask(method: string, params?: object, sessionId?: string): Promise<Answer>;
  /** The next event of that name for which `holds`, also one that has been. */
  event(method: string, holds?: (params: Answer) => boolean): Promise<Answer>;
  /** A line of the log in which it is found. */
  logged(pattern: RegExp): Promise<string>;
  artifact(): Promise<{ name: string; bytes: Uint8Array }>;
  /** A session to the page that is there, with its events on. */
  page(): Promise<string>;
  /** The value of an expression in a page. */
  evaluate(session: string, expression: string): Promise<unknown>;
  navigate(session: string, url: string): Promise<Answer>;
}

export interface Bench extends AsyncDisposable {
  readonly pool: BrowserPool;
  take(
    limits?: Partial<Limits>,
    files?: Record<string, string>,
    allow?: readonly string[],
  ): Promise<Client>;
}

/** A pool of real browsers. `allow` names hosts on this machine that pages may reach. */
export async function openBench(
  given: {
    warm?: number;
    allow?: readonly string[];
    cgroups?: Cgroups | 'none';
    cpus?: number;
  } = {},
): Promise<Bench> {
  await using opened = new AsyncDisposableStack();
  const cgroups =
    given.cgroups === 'none' ? undefined : (given.cgroups ?? opened.use(await openCgroups()));
  const network = { allow: [...(given.allow ?? [])], allowPrivate: ['127.0.0.0/8'] };
  const egress = opened.use(await openNetwork(network, resolveLimits(), bubblewrap(), { cgroups }));
  const pool = opened.use(
    await openBrowsers({ warm: given.warm ?? 0 }, bubblewrap(), { cgroups, cpus: given.cpus }),
  );
  const held = opened.move();
  return {
    pool,
    async take(partial = {}, files = {}, allow = network.allow) {
      const limits = resolveLimits(partial);
      const entries: NetworkEntry[] = [];
      const run = openRunEgress(
        egress,
        runNetwork({ ...network, allow: [...allow] }, null, limits, {}),
        limits,
        (entry) => entries.push(entry),
      );
      return client(pool, limits, run, entries, files);
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

async function client(
  pool: BrowserPool,
  limits: Limits,
  egress: ReturnType<typeof openRunEgress>,
  entries: NetworkEntry[],
  files: Record<string, string>,
): Promise<Client> {
  const pending = new Map<number, (answer: Answer) => void>();
  const events: { method: string; params: Answer }[] = [];
  const logs: string[] = [];
  const artifacts: { name: string; bytes: Uint8Array }[] = [];
  const listeners: ((text: string) => void)[] = [];
  const waiting = new Set<() => void>();
  const changed = (): void => {
    for (const look of waiting) look();
  };
  const find = <T>(look: () => T | undefined, what: string): Promise<T> => {
    const { promise, resolve } = Promise.withResolvers<T>();
    const again = (): void => {
      const found = look();
      if (found === undefined) return;
      waiting.delete(again);
      resolve(found);
    };
    waiting.add(again);
    again();
    return settled(what, promise);
  };
  let lastId = 0;
  const browser = await pool.take(
    { limits, egress },
    {
      onMessage(pieces) {
        const text = new Pieces(pieces).text();
        for (const listener of listeners) listener(text);
        const message = JSON.parse(text) as Answer;
        if (typeof message['id'] === 'number') pending.get(message['id'])?.(message);
        else events.push(message as never);
        changed();
      },
      onDrain: () => undefined,
      onLog(level, text) {
        logs.push(`${level} ${text}`);
        changed();
      },
      onDownload({ name, bytes }) {
        artifacts.push({ name, bytes });
        changed();
      },
      files: (name) => (Object.hasOwn(files, name) ? Buffer.from(files[name] ?? '') : undefined),
    },
  );
  const self: Client = {
    browser,
    logs,
    artifacts,
    entries,
    end: browser.closed,
    listeners,
    async ask(method, params = {}, sessionId) {
      const id = ++lastId;
      const answer = await new Promise<Answer>((resolve) => {
        pending.set(id, resolve);
        browser.send(Buffer.from(JSON.stringify({ id, method, params, sessionId })));
      });
      const error = answer['error'] as { message: string } | undefined;
      if (error !== undefined) throw new Error(error.message);
      return answer['result'] as Answer;
    },
    event: (method, holds = () => true) =>
      find(
        () => events.find((each) => each.method === method && holds(each.params))?.params,
        `there is an event ${method} of the kind that is waited for`,
      ),
    logged: (pattern) =>
      find(() => logs.find((line) => pattern.test(line)), `the log has a line like ${pattern}`),
    artifact: () => find(() => artifacts[0], 'there is an artifact'),
    async page() {
      const { targetInfos } = await self.ask('Target.getTargets');
      const page = (targetInfos as Answer[]).find(({ type }) => type === 'page');
      const { sessionId } = await self.ask('Target.attachToTarget', {
        targetId: page?.['targetId'],
        flatten: true,
      });
      const session = sessionId as string;
      for (const domain of ['Page', 'Runtime', 'Log', 'Network']) {
        await self.ask(`${domain}.enable`, {}, session);
      }
      return session;
    },
    async evaluate(session, expression) {
      const { result, exceptionDetails } = await self.ask(
        'Runtime.evaluate',
        { expression, awaitPromise: true, returnByValue: true, userGesture: true },
        session,
      );
      assert.equal(exceptionDetails, undefined, JSON.stringify(exceptionDetails));
      return (result as Answer)['value'];
    },
    async navigate(session, url) {
      const answer = await self.ask('Page.navigate', { url }, session);
      if (answer['errorText'] === undefined) {
        const { loaderId } = answer;
        await self.event('Page.frameNavigated', ({ frame }) => {
          return (frame as Answer)['loaderId'] === loaderId;
        });
        await self.event('Page.loadEventFired');
      }
      return answer;
    },
    async [Symbol.asyncDispose]() {
      await browser[Symbol.asyncDispose]();
      await egress[Symbol.asyncDispose]();
    },
  };
  return self;
}

/** A server on this machine, and what it has been asked. */
export async function serve(
  answer: RequestListener,
): Promise<
  AsyncDisposable & { readonly host: string; readonly url: string; readonly hits: string[] }
> {
  const hits: string[] = [];
  const server = createServer((request, response) => {
    hits.push(request.url ?? '');
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    url: `http://${host}/`,
    hits,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const html =
  (text: string): RequestListener =>
  (_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(text);
  };
