import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, readlinkSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { proveLayers } from '../../walls/layers.ts';
import { bubblewrap } from '../../drivers/bubblewrap/bubblewrap.ts';
import { until } from '../../../../../test/shared/until.support.ts';
import { findChromium } from './find.ts';
import { openPipe } from '../../browser/relay/pipe.ts';
import { openConnection, type CdpConnection } from '../../browser/relay/connection.ts';
import { readIncoming } from '../../browser/relay/messages.ts';
import { findMaterials } from './materials.ts';
import { ownSandboxStands } from './processes.ts';
import { treeOf } from '../../walls/tree.ts';
import type { ChromiumBox } from './running.ts';
import { startChromium } from './start.ts';

function speakTo(box: ChromiumBox): CdpConnection {
  const cdp = openConnection(
    openPipe(
      box.commands,
      box.answers,
      {
        message(text) {
          const incoming = readIncoming(text);
          if (incoming?.kind === 'answer') cdp.settle(incoming.id, incoming.rest);
        },
        tooLarge: () => undefined,
      },
      () => undefined,
    ),
  );
  return cdp;
}

const commandOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
};

/** The relay is taken away here: whoever speaks has all of CDP, and meets the box alone. */
describe('a browser’s box, without the relay', () => {
  let box: ChromiumBox;
  let cdp: CdpConnection;
  let session: string;
  let canary: Server;
  let visits = 0;

  before(async () => {
    canary = createServer((socket) => {
      visits += 1;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(canary, 'listening');
    const chromium = await findChromium(undefined);
    assert.ok('program' in chromium);
    box = await startChromium(await findMaterials(chromium, bubblewrap()), undefined);
    cdp = speakTo(box);
    session = await open('about:blank');
  });

  after(async () => {
    await box[Symbol.asyncDispose]();
    canary.close();
  });

  async function open(url: string): Promise<string> {
    const { targetId } = await cdp.ask('Target.createTarget', { url });
    const attached = await cdp.ask('Target.attachToTarget', { targetId, flatten: true });
    await cdp.ask('Page.enable', {}, attached['sessionId'] as string);
    return attached['sessionId'] as string;
  }

  async function evaluate(expression: string, where = session): Promise<unknown> {
    const answer = await cdp.ask(
      'Runtime.evaluate',
      { expression, awaitPromise: true, returnByValue: true },
      where,
    );
    return (answer['result'] as { value?: unknown }).value;
  }

  it('has Chromium’s own sandbox on, by Chromium’s own account and by the kernel’s', async () => {
    const page = await open('chrome://sandbox');
    const status = `new Promise((resolve) => {
      const look = () => /adequately/.test(document.body?.innerText ?? '') ? resolve(document.body.innerText) : setTimeout(look, 10);
      look();
    })`;
    assert.match(String(await evaluate(status, page)), /You are adequately sandboxed/);
    assert.ok(ownSandboxStands(box.pid));
  });

  it('has all the walls that the kernel can show, around each of its processes', () => {
    for (const pid of treeOf(box.pid)) {
      const layers = proveLayers(pid, { limits: [], inCgroup: () => false });
      for (const wall of ['pidns', 'netns', 'mountns', 'seccomp', 'nonewprivs'] as const) {
        assert.ok(
          layers.includes(wall),
          `${wall} of ${readFileSync(`/proc/${pid}/comm`, 'latin1')}`,
        );
      }
      const user = readlinkSync(`/proc/${pid}/ns/user`);
      assert.notEqual(user, readlinkSync('/proc/self/ns/user'));
    }
  });

  it('has no file of this machine, whoever reads', async () => {
    // As a target that was made with the URL, the policy of the browser has no say.
    for (const url of ['file:///etc/passwd', 'file:///root/', 'file:///home/', 'file:///srv/']) {
      const page = await open(url);
      assert.doesNotMatch(
        String(await evaluate('document.documentElement.innerText', page)),
        /root:|Index of/,
      );
    }
  });

  it('does not show its own files either: the browser’s policy refuses file URLs', async () => {
    for (const url of ['file:///', 'file:///tmp/', 'file:///proc/self/environ']) {
      const answer = await cdp.ask('Page.navigate', { url }, session);
      assert.match(String(answer['errorText']), /ERR_BLOCKED_BY_ADMINISTRATOR|ERR_/, url);
    }
  });

  it('has no network but the proxy, not even with another proxy or none', async () => {
    const { port } = canary.address() as AddressInfo;
    const ways = [
      {},
      { proxyServer: 'direct://' },
      { proxyServer: `http://127.0.0.1:${port}` },
      { proxyServer: `socks5://127.0.0.1:${port}` },
    ];
    for (const way of ways) {
      const made = await cdp.ask('Target.createBrowserContext', way);
      const { browserContextId } = made;
      const { targetId } = await cdp.ask('Target.createTarget', {
        url: 'about:blank',
        browserContextId,
      });
      const attached = await cdp.ask('Target.attachToTarget', { targetId, flatten: true });
      const url = `http://127.0.0.1:${port}/`;
      const answer = await cdp.ask('Page.navigate', { url }, attached['sessionId'] as string);
      assert.match(String(answer['errorText']), /^net::ERR_/, JSON.stringify(way));
    }
    assert.equal(visits, 0);
  });

  it('sends nothing by WebRTC', async () => {
    const { port } = canary.address() as AddressInfo;
    const candidates = await evaluate(`(async () => {
      const peer = new RTCPeerConnection({ iceServers: [{ urls: 'stun:127.0.0.1:${port}' }] });
      const found = [];
      peer.onicecandidate = ({ candidate }) => candidate && found.push(candidate.candidate);
      peer.createDataChannel('x');
      await peer.setLocalDescription(await peer.createOffer());
      // Without a candidate it never says that it has gathered all.
      await new Promise((resolve) => setTimeout(resolve, 300));
      return found;
    })()`);
    assert.deepEqual(candidates, []);
    assert.equal(visits, 0);
  });

  it('downloads into its own memory only', async () => {
    await cdp.ask('Browser.setDownloadBehavior', {
      behavior: 'allow',
      downloadPath: '/usr/lib',
    });
    await evaluate(
      "Object.assign(document.createElement('a'), { href: 'data:,x', download: 'castellan-canary' }).click()",
    );
    await evaluate('new Promise((resolve) => setTimeout(resolve, 100))');
    assert.throws(() => readFileSync('/usr/lib/castellan-canary'), { code: 'ENOENT' });
  });
});

describe('ownSandboxStands', () => {
  it('is false for a Chromium that was told to do without', async () => {
    const chromium = await findChromium(undefined);
    assert.ok('program' in chromium);
    const materials = await findMaterials(chromium, bubblewrap());
    const { parts } = materials;
    const loose = { ...parts, flags: [...parts.flags, '--no-sandbox'] };
    await using box = await startChromium({ ...materials, parts: loose }, undefined);
    const rendererOf = (): number | undefined =>
      treeOf(box.pid).find((pid) => commandOf(pid).includes('--type=renderer'));
    // The kernel has no event for somebody else's process.
    await until('there is a renderer', () => rendererOf() !== undefined);
    // It may still be about to put its filter on: it is asked after it has answered.
    const cdp = speakTo(box);
    const { targetId } = await cdp.ask('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await cdp.ask('Target.attachToTarget', { targetId, flatten: true });
    await cdp.ask('Runtime.evaluate', { expression: '1' }, sessionId as string);
    assert.equal(ownSandboxStands(box.pid), false);
  });
});

describe('startChromium', () => {
  it('gives up a browser that is not there in time, and says which option that is', async () => {
    const chromium = await findChromium(undefined);
    assert.ok('program' in chromium);
    const materials = await findMaterials(chromium, bubblewrap());
    await assert.rejects(startChromium(materials, undefined, { startMs: 1 }), {
      code: 'box_failed',
      message: 'A browser could not be started: it was not ready after 1 ms, which is boxStartMs',
    });
  });
});

describe('findChromium', () => {
  it('says which line mends a machine without it', async () => {
    const none = await findChromium('/nowhere/chromium');
    assert.ok('detail' in none);
    assert.match(none.detail, /\/nowhere\/chromium/);
    assert.match(none.fix, /apt-get install chromium/);
  });

  it('refuses a script, and a program that is no browser', async () => {
    for (const path of ['/usr/bin/ldd', '/bin/true']) {
      const found = await findChromium(path);
      assert.ok('detail' in found, path);
    }
  });
});
