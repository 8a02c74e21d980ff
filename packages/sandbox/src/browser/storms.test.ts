import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { crashBrowsers, crashRenderers } from './fixtures/crash.ts';
import { settled, until } from '../../../../test/shared/until.support.ts';
import { type Bench, type Client, html, openBench, serve } from './browsers.support.ts';

const mebibyte = 2 ** 20;

/** A page that is as bad as it can be, and what becomes of the run's browser. */
describe('a browser in a storm', () => {
  let server: Awaited<ReturnType<typeof serve>>;
  let bench: Bench;

  before(async () => {
    server = await serve((request, response) => {
      if (request.url === '/endless') {
        response.setHeader('content-type', 'text/html');
        response.write('<title>endless</title>');
      } else if (request.url?.startsWith('/next') === true) {
        const next = Number(request.url.slice(5)) + 1;
        html(`<script>location.href = '/next${next}'</script>`)(request, response);
      } else html('<title>calm</title>')(request, response);
    });
    bench = await openBench({ allow: [server.host], warm: 1 });
  });

  after(async () => {
    await bench[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  const quietly = (work: Promise<unknown>): void => void work.catch(() => undefined);

  /** Each one begins by proving that the one before has harmed nobody. */
  async function storm(
    run: (client: Client, session: string) => Promise<void>,
    limits = {},
  ): Promise<void> {
    await using client = await bench.take(limits);
    const session = await Promise.race([client.page(), client.end]);
    // The spare was crashed together with the one before, and nobody had heard of it yet.
    if (typeof session !== 'string') return await storm(run, limits);
    await client.navigate(session, server.url);
    assert.equal(await client.evaluate(session, 'document.title'), 'calm');
    await run(client, session);
    await settled('the browser is closed', client[Symbol.asyncDispose]());
  }

  it('ends out_of_memory when a page hoards a gigabyte', async () => {
    await storm(
      async (client, session) => {
        const hoard = 'const kept = []; for (;;) kept.push(new Uint8Array(2 ** 20).fill(1));';
        quietly(client.evaluate(session, hoard));
        assert.equal((await settled('the browser has ended', client.end)).reason, 'out_of_memory');
      },
      { browserMemoryBytes: 256 * mebibyte },
    );
  });

  it('ends out_of_memory when a page fills the disk that is memory', async () => {
    await storm(
      async (client, session) => {
        const fill = `(async () => {
          const root = await navigator.storage.getDirectory();
          const file = await (await root.getFileHandle('x', { create: true })).createWritable();
          for (;;) await file.write(new Uint8Array(2 ** 22).fill(1));
        })()`;
        const filling = client.evaluate(session, fill).then(
          () => 'filled',
          () => 'refused',
        );
        // The quota of the file system may come first: then nothing has been gained either.
        const how = await Promise.race([client.end.then(({ reason }) => reason), filling]);
        assert.ok(how === 'out_of_memory' || how === 'refused', String(how));
      },
      { browserMemoryBytes: 128 * mebibyte },
    );
  });

  it('refuses pages beyond 64 when the script opens 500', async () => {
    await storm(async (client) => {
      const opened = Array.from({ length: 500 }, () =>
        client.ask('Target.createTarget', { url: 'about:blank' }),
      );
      for (const each of opened) quietly(each);
      await assert.rejects(Promise.race(opened.slice(64)), /more than 64 pages/);
    });
  });

  it('closes pages beyond 64 when a page opens windows without end', async () => {
    await storm(async (client, session) => {
      quietly(client.evaluate(session, 'for (let n = 0; n < 500; n++) open("about:blank"); 0'));
      const ended = client.end.then(({ reason }) => String(reason));
      const how = await Promise.race([client.logged(/more than 64 are open/), ended]);
      // So many windows at once may also be more than the browser bears.
      assert.match(how, /more than 64 are open|out_of_memory|browser_crashed/);
    });
  });

  // What hangs before its first frame has nothing to show. In the second frame the first one has been drawn.
  const drawn = `document.body.textContent = 'before';
    new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(0))))`;

  for (const [what, expression] of [
    ['computes without end', 'for (;;);'],
    [
      'hands itself microtasks without end',
      '(function next() { Promise.resolve().then(next); })()',
    ],
    ['shows a dialog that nobody answers', "alert('anybody?')"],
    ['shows dialogs without end', "for (;;) alert('again')"],
  ] as const) {
    it(`is closed in time with a page that ${what}, and gives a picture of it`, async () => {
      await storm(async (client, session) => {
        await client.evaluate(session, drawn);
        quietly(client.evaluate(session, expression));
        const picture = await client.browser.picture();
        assert.ok(picture instanceof Uint8Array, JSON.stringify(picture));
        assert.equal(Buffer.from(picture).toString('latin1', 1, 4), 'PNG');
        if (!what.includes('dialog')) return;
        assert.match(client.browser.dialog ?? '', /^alert\("(anybody\?|again)"\)$/);
      });
    });
  }

  it('gives no picture where there is nothing to see, and says so', async () => {
    await using client = await bench.take();
    await client.page();
    assert.deepEqual(await client.browser.picture(), { why: 'the page is empty' });
    for (const { targetId, type } of (await client.ask('Target.getTargets'))['targetInfos'] as {
      targetId: string;
      type: string;
    }[]) {
      if (type === 'page') await client.ask('Target.closeTarget', { targetId });
    }
    await until('the page is gone', async () => {
      const picture = await client.browser.picture();
      return !(picture instanceof Uint8Array) && picture.why === 'no page is open';
    });
  });

  it('is closed in time while a page navigates without end', async () => {
    await storm(async (client, session) => {
      quietly(client.ask('Page.navigate', { url: `${server.url}next0` }, session));
      await client.event('Page.frameNavigated', ({ frame }) =>
        /next[5-9]/.test((frame as { url: string }).url),
      );
    });
  });

  it('is closed in time while a page loads without end', async () => {
    await storm(async (client, session) => {
      quietly(client.ask('Page.navigate', { url: `${server.url}endless` }, session));
      await client.event('Page.frameNavigated', ({ frame }) =>
        (frame as { url: string }).url.endsWith('/endless'),
      );
    });
  });

  it('ends browser_crashed when a page crashes', async () => {
    await storm(async (client) => {
      crashRenderers();
      const { reason, message } = await settled('the browser has ended', client.end);
      assert.equal(reason, 'browser_crashed');
      assert.match(message, /page .* crashed/);
    });
  });

  it('ends browser_crashed when the browser dies', async () => {
    await storm(async (client) => {
      crashBrowsers();
      assert.equal((await settled('the browser has ended', client.end)).reason, 'browser_crashed');
    });
  });

  it('answers what was asked of a page that is closed', async () => {
    await storm(async (client, session) => {
      const asked = client.ask('Runtime.evaluate', { expression: 'for (;;);' }, session);
      quietly(asked);
      const { targetId } = await client.ask('Target.createTarget', { url: 'about:blank' });
      assert.equal(typeof targetId, 'string');
      const { targetInfos } = await client.ask('Target.getTargets');
      for (const info of targetInfos as { targetId: string }[]) {
        if (info.targetId === targetId) continue;
        quietly(client.ask('Target.closeTarget', { targetId: info.targetId }));
      }
      await assert.rejects(asked, /not found|closed|Inspected target/);
    });
  });

  it('keeps the log short when a page writes without end', async () => {
    await storm(async (client, session) => {
      quietly(client.evaluate(session, "for (;;) console.log('spam'.repeat(1_000));"));
      await client.logged(/left out/);
      assert.ok(client.logs.join('').length < 100_000);
    });
  });

  it('writes each refusal once when a script asks without end', async () => {
    await storm(async (client, session) => {
      const asked = Array.from({ length: 1_000 }, () => client.ask('Page.crash', {}, session));
      const answers = await Promise.allSettled(asked);
      assert.ok(answers.every(({ status }) => status === 'rejected'));
      assert.equal(client.logs.filter((line) => line.includes('Page.crash')).length, 1);
    });
  });

  it('refuses commands that have no end of unanswered ones before them', async () => {
    await storm(async (client, session) => {
      quietly(client.evaluate(session, 'for (;;);'));
      const wait = { expression: '1' };
      const asked = Array.from({ length: 10_000 }, () =>
        client.ask('Runtime.evaluate', wait, session),
      );
      for (const each of asked) quietly(each);
      await assert.rejects(Promise.race(asked.slice(9_500)), /Too many commands/);
    });
  });
});
