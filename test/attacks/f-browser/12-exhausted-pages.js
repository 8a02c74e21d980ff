// A page that takes all that it can: memory of every kind, workers, canvases, storage, processor time.
const { site } = params.targets;
const page = await browser.newPage();
await page.goto(`http://127.0.0.1:${site}/page`);
await page.evaluate(() => {
  const kept = [];
  const work = () => {
    for (let at = 0; at < 20; at++) {
      kept.push(new ArrayBuffer(2 ** 26), new Worker(URL.createObjectURL(new Blob(['const all = []; for (;;) all.push(new Array(1e5).fill(at = {}))']))));
      const canvas = document.createElement('canvas');
      canvas.width = canvas.height = 8_192;
      canvas.getContext('2d').fillRect(0, 0, 8_192, 8_192);
      kept.push(canvas, new Uint8Array(2 ** 25).fill(1));
    }
    setTimeout(work, 0);
  };
  work();
}).catch(() => 0);
await new Promise(() => setInterval(() => page.evaluate(() => 1).catch(() => 0), 100));
