// Whoever watches a run sees its pages as they are now, within bounds, and the script sees nothing of it.
import { pageBounds, recordBounds } from '@castellan/protocol';
import type { PagePicture, RunHandle } from '@castellan/sandbox';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../contract/contract.support.ts';
import { stageForFile } from './browser.support.ts';

/** Width and height of a JPEG, from the first of its frame headers. */
function sizeOf(jpeg: Uint8Array): readonly [width: number, height: number] {
  const view = new DataView(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  let at = 2;
  while (![0xc0, 0xc2].includes(view.getUint8(at + 1))) at += 2 + view.getUint16(at + 2);
  return [view.getUint16(at + 7), view.getUint16(at + 5)];
}

/** All of the pictures of a run, for one who reads as fast as they come. */
async function watched(
  handle: RunHandle,
  onPicture: (picture: PagePicture) => void,
): Promise<PagePicture[]> {
  const pictures: PagePicture[] = [];
  for await (const picture of handle.pages()) {
    pictures.push(picture);
    onPicture(picture);
  }
  return pictures;
}

forEachEngine(({ engine, openSandbox }) => {
  /** What `await shown()` of a script waits for. */
  let shown: Promise<void> = Promise.resolve();
  const stage = stageForFile((options) =>
    openSandbox({ ...options, helpers: { shown: () => shown } }),
  );

  test('a script sees nothing of being watched, and has pictures of its own', async () => {
    const source = `
      await page.goto(params.origin + '/title');
      const own = await page.createCDPSession();
      const sizes = [];
      own.on('Page.screencastFrame', ({ sessionId, metadata }) => {
        sizes.push(metadata.deviceWidth);
        own.send('Page.screencastFrameAck', { sessionId });
      });
      await own.send('Page.startScreencast', { format: 'png' });
      const other = await browser.newPage();
      const look = () => [document.visibilityState, document.hasFocus(), innerWidth, innerHeight];
      const looks = [await page.evaluate(look), await other.evaluate(look)];
      const targets = browser.targets().length;
      await other.evaluate(() => {
        let n = 0;
        setInterval(() => (document.body.style.background = 'hsl(' + 40 * n++ + ' 90% 50%)'), 50);
      });
      await shown();
      await page.bringToFront();
      for (let n = 0; n < 8; n++) {
        await page.evaluate((n) => new Promise((done) => {
          document.body.style.background = 'hsl(' + 40 * n + ' 90% 50%)';
          requestAnimationFrame(() => setTimeout(done, 60));
        }), n);
      }
      await own.send('Page.stopScreencast');
      return { looks, targets, isOwn: sizes.length > 1 && new Set(sizes).size === 1 };`;
    const { sandbox, site } = stage();
    const options = { params: { origin: site.origin } };
    const plain = await sandbox.run(source, options);
    assert.equal(plain.reason, null, plain.error?.stack);
    const second = Promise.withResolvers<void>();
    shown = second.promise;
    const handle = sandbox.run(source, options);
    const look = watched(handle, ({ page }) => page === 2 && second.resolve());
    const [pictures, run] = await Promise.all([look, handle]);
    assert.equal(run.reason, null, run.error?.stack);
    assert.deepEqual(run.value, plain.value);
    assert.equal((plain.value as { isOwn: boolean }).isOwn, true);
    assert.deepEqual(new Set(pictures.map(({ page }) => page)), new Set([1, 2]));
    for (const { jpeg } of pictures) {
      assert.ok(Math.max(...sizeOf(jpeg)) <= recordBounds.frameSide.most);
    }
    assert.deepEqual(run.artifacts, []);
    assert.equal((await handle.pages().next()).done, true, 'nothing is kept');
  });

  // The rest is the relay's, whatever executes the script.
  if (engine === 'node') return;

  test('a page that changes all the time costs no more than the bounds, and who is slow gets the newest', async () => {
    const source = `
      await page.setViewport({ width: 800, height: 800 });
      await page.setContent('<body style="margin:0"><canvas id=c width=800 height=800></canvas>');
      await page.evaluate(() => {
        const pen = c.getContext('2d');
        const noise = pen.createImageData(800, 800);
        const words = new Uint32Array(noise.data.buffer);
        setInterval(() => {
          let n = (Math.random() * 2 ** 31) | 1;
          for (let at = 0; at < words.length; at++) {
            n ^= n << 13; n ^= n >>> 17; n ^= n << 5;
            words[at] = n | 0xff000000;
          }
          pen.putImageData(noise, 0, 0);
        }, 16);
      });
      console.log('shown');
      await new Promise((done) => setTimeout(done, 1_500));`;
    const { sandbox } = stage();
    const handle = sandbox.run(source, { limits: { browserCpuMs: 60_000 } });
    let sum = 0;
    let count = 0;
    const since = performance.now();
    const look = async (): Promise<void> => {
      for await (const { jpeg } of handle.pages()) {
        count++;
        sum += jpeg.length;
      }
    };
    const slow = handle.pages();
    const [first, run] = await Promise.all([slow.next(), handle, look()]);
    assert.equal(run.reason, null, run.error?.stack);
    const seconds = (performance.now() - since) / 1_000;
    const { framesPerSecond, bytesPerSecond } = pageBounds;
    assert.ok(count > 1 && count <= framesPerSecond.most * (seconds + 1), `${count} pictures`);
    const most = bytesPerSecond.most * (seconds + 1) + recordBounds.frameBytes.most;
    assert.ok(sum <= most, `${sum} bytes in ${seconds} s`);
    assert.ok(first.value !== undefined);
    const rest: PagePicture[] = [];
    for await (const picture of slow) rest.push(picture);
    assert.equal(rest.length, 1, 'of all that it missed it gets the newest');
  });

  test('whoever leaves and comes back sees the page as it is then', async () => {
    const source = `
      await page.setContent('<h1 id=h style="font-size:200px">one</h1>');
      console.log('one');
      await page.waitForFunction(() => document.title === 'go');
      return 1;`;
    const { sandbox } = stage();
    const cancelled = new AbortController();
    const handle = sandbox.run(source, { signal: cancelled.signal });
    for await (const event of handle) if (event.type === 'log') break;
    for (let times = 0; times < 3; times++) {
      for await (const { jpeg } of handle.pages()) {
        assert.ok(jpeg.length > 1_000);
        break;
      }
    }
    cancelled.abort();
    assert.equal((await handle).reason, 'cancelled');
  });
});
