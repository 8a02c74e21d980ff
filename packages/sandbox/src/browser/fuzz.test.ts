import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { settled } from '../../../../test/shared/until.support.ts';
import { type Bench, type Client, html, openBench, serve } from './browsers.support.ts';
import { fuzzer } from './fuzz.support.ts';
import { table } from './relay/table/table.ts';

/** Commands of each seed, and the seeds: more of both in the long version. */
const isLong = process.env['CASTELLAN_FUZZ_COMMANDS'] !== undefined;
const most = Number(process.env['CASTELLAN_FUZZ_COMMANDS'] ?? 150);
const seeds = (process.env['CASTELLAN_FUZZ_SEEDS'] ?? '1').split(',').map(Number);

/** Commands for one page, after which another one takes its place: some stop a page for good. */
const forOnePage = 60;
const lastCommands = 100;

/** The longest that Chromium may take for one command: less than any test may, so that it is named. */
const patienceMs = 40_000;

/** Longer messages are pictures and snapshots: nothing is learned from them. */
const learnedCharacters = 20_000;

const canaries = { file: 'canary-file-5d1f', server: 'canary-server-5d1f', run: 'canary-run-5d1f' };

/**
 * How a run's browser may end by what is said to it: a page falls, or its memory is full. The end of the
 * process that all pages share, which has no sandbox but the box, is a finding: the long version looks
 * for these, and what comes once in thousands of commands fails no short one.
 */
const ends = isLong
  ? /^(?:A page of the browser crashed|The browser needed more than|The download )/
  : /^(?:A page of the browser crashed|The browser crashed|The browser needed more than|The download )/;

/**
 * Random commands to a real Chromium through the relay. Canaries are a file of the machine, a server that
 * the run may not reach, and a cookie of another run.
 */
describe('a fuzzer of commands', () => {
  let site: Awaited<ReturnType<typeof serve>>;
  let internal: Awaited<ReturnType<typeof serve>>;
  let bench: Bench;
  let other: Client;
  let folder: string;
  let hostile: string[];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'castellan-fuzz-'));
    const path = join(folder, 'secret.html');
    await writeFile(path, canaries.file);
    internal = await serve(html(canaries.server));
    site = await serve((request, response) => {
      if (request.url === '/frame') return html('<p>frame')(request, response);
      if (request.url === '/paper') {
        return response.setHeader('content-type', 'application/pdf').end('%PDF-1.4');
      }
      html(`<title>site</title><input type=file><button>b</button><canvas></canvas>
        <script>localStorage.a = 1; function f() { return 1; }
          new Worker(URL.createObjectURL(new Blob(['onmessage = () => 1'])));
          const frame = document.createElement('iframe');
          frame.src = 'http://localhost:' + location.port + '/frame';
          document.body.append(frame);</script>
        <iframe src="/paper"></iframe>`)(request, response);
    });
    bench = await openBench({
      allow: [site.host, site.host.replace('127.0.0.1', 'localhost')],
      warm: 1,
    });
    other = await bench.take();
    const page = await other.page();
    await other.navigate(page, site.url);
    await other.evaluate(page, `document.cookie = 'canary=${canaries.run}'`);
    hostile = hostileTexts(path, internal.url, site.url);
  });

  after(async () => {
    await other[Symbol.asyncDispose]();
    await bench[Symbol.asyncDispose]();
    await site[Symbol.asyncDispose]();
    await internal[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  for (const seed of seeds) {
    it(`gets nowhere with ${most} commands of seed ${seed}`, async (t) => {
      const fuzz = fuzzer(seed, hostile);
      const rows = Object.keys(table);
      const count = { sent: 0, answered: 0, refused: 0, browsers: 0 };
      const recent: string[] = [];
      const leaks: string[] = [];
      /** Sessions that Chromium has told of: pages, frames and workers. */
      const sessions: string[] = [];

      const look = (text: string): void => {
        if (Object.values(canaries).some((canary) => text.includes(canary))) {
          leaks.push(text.slice(0, 500));
        }
      };

      function hear(text: string): void {
        look(text);
        if (text.length > learnedCharacters) return;
        const message = JSON.parse(text) as { method?: string; params?: { sessionId?: string } };
        fuzz.learn(message);
        if (message.method === 'Target.attachedToTarget') {
          assert.doesNotMatch(text, /"url":"chrome-extension:/, 'a session to the viewer of PDFs');
          sessions.unshift(message.params?.sessionId ?? '');
          sessions.length = Math.min(sessions.length, 8);
        }
      }

      function sendOne(client: Client, session: string): void {
        const kind = fuzz.below(20);
        const { method, params } = fuzz.command(fuzz.pick(kind === 0 ? fuzz.methods : rows));
        const to =
          kind < 14 ? session : kind < 17 ? undefined : fuzz.pick(['F'.repeat(32), ...sessions]);
        recent.push(JSON.stringify({ method, params, to }).slice(0, 300));
        if (recent.length > lastCommands) recent.shift();
        count.sent += 1;
        client.ask(method, params, to).then(
          () => (count.answered += 1),
          () => (count.refused += 1),
        );
      }

      /** Resolves when there were enough commands; rejects when the browser has ended. */
      async function talk(client: Client): Promise<null> {
        let last: unknown;
        while (count.sent < most) {
          const { targetId, session } = await openPage(client);
          if (last !== undefined) quietly(client.ask('Target.closeTarget', { targetId: last }));
          last = targetId;
          for (let left = forOnePage; left > 0; left--) sendOne(client, session);
          await settled(
            'the browser answers the last command for a page',
            untilEnd(client, client.ask('Browser.getVersion')),
            patienceMs,
          );
        }
        return null;
      }

      while (count.sent < most) {
        await using client = await bench.take({ networkRequests: 10_000 });
        client.listeners.push(hear);
        count.browsers += 1;
        const talking = talk(client);
        quietly(talking);
        const end = await Promise.race([talking, client.end]).catch((error: Error) =>
          assert.fail(`${error.message}\n${recent.join('\n')}`),
        );
        if (end !== null) assert.match(end.message, ends, recent.join('\n'));
        client.logs.forEach(look);
        for (const { bytes } of client.artifacts) look(Buffer.from(bytes).toString('latin1'));
      }
      t.diagnostic(JSON.stringify({ seed, ...count }));
      assert.deepEqual(leaks, []);
      assert.deepEqual(internal.hits, []);
      assert.match(String((await other.ask('Browser.getVersion'))['product']), /Chrome/);
    });
  }

  /** A page on the site. Nobody waits for it: it may have been told to wait for a debugger. */
  async function openPage(client: Client): Promise<{ targetId: unknown; session: string }> {
    const { targetId } = await settled(
      'the browser opens a page',
      untilEnd(client, client.ask('Target.createTarget', { url: 'about:blank' })),
      patienceMs,
    );
    const { sessionId } = await settled(
      'the browser gives a session to a page',
      untilEnd(client, client.ask('Target.attachToTarget', { targetId, flatten: true })),
      patienceMs,
    );
    const session = String(sessionId);
    for (const domain of ['Page', 'Runtime', 'DOM', 'CSS', 'Network', 'Debugger', 'Profiler']) {
      quietly(client.ask(`${domain}.enable`, {}, session));
    }
    const attach = { autoAttach: true, waitForDebuggerOnStart: false, flatten: true };
    quietly(client.ask('Target.setAutoAttach', attach, session));
    quietly(client.ask('Runtime.runIfWaitingForDebugger', {}, session));
    quietly(client.ask('Page.navigate', { url: site.url }, session));
    return { targetId, session };
  }
});

/** What is asked of a browser that has ended is not always answered. */
async function untilEnd<T>(client: Client, answer: Promise<T>): Promise<T> {
  const end = client.end.then(({ message }): never => {
    throw new Error(message);
  });
  return Promise.race([answer, end]);
}

const quietly = (work: Promise<unknown>): void => void work.catch(() => undefined);

/** Texts for any parameter: places, scripts and pages that lead to the canaries, and plain ones. */
function hostileTexts(path: string, internal: string, site: string): string[] {
  const file = `file://${path}`;
  const plain = '|x|*|\0|1|__proto__|body|title|window|granted|deny|allow|debugger; 1'.split('|');
  return [
    ...plain,
    'A'.repeat(64),
    '../../../../etc/passwd',
    '/etc/passwd',
    path,
    file,
    `FILE:${path}`,
    `view-source:${file}`,
    'chrome://version/',
    'devtools://devtools/bundled/inspector.html',
    'about:blank',
    'javascript:1',
    internal,
    site,
    internal.replace('http', 'ws'),
    `data:text/html,<iframe src="${file}">`,
    `fetch('${internal}').catch(() => 0)`,
    `open('${file}'); 1`,
    `() => new Image().src = '${internal}'`,
    `<iframe src="${file}"></iframe><iframe src="${internal}"></iframe>`,
    `@import url("${file}"); * { background: url("${internal}") }`,
  ];
}
