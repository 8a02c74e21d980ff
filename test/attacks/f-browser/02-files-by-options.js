// Options that name files of the machine that Puppeteer runs on: to write them, to read them, to hand them to pages.
const { file, site } = params.targets;
const told = [];
let tried = 0;
const attempt = async (label, work) => {
  tried++;
  try { told.push(`${label}: ${String(await work()).slice(0, 2_000)}`); } catch (error) { told.push(`${label}: no, ${String(error.message).slice(0, 200)}`); }
};

const page = await browser.newPage();
await page.goto(`http://127.0.0.1:${site}/page?html=${encodeURIComponent('<input type=file multiple><p>x')}`);
const paths = ['/tmp/owned.png', file, '../../owned.png', '/castellan/owned.js', 'a\0b.png', 'C:\\owned.png'];
for (const path of paths) {
  await attempt(`screenshot ${path}`, () => page.screenshot({ path }));
  await attempt(`pdf ${path}`, () => page.pdf({ path }));
}
await attempt('a script of a file', () => page.addScriptTag({ path: file }));
await attempt('a style of a file', () => page.addStyleTag({ path: file }));
await attempt('an upload', async () => { const input = await page.$('input'); await input.uploadFile(file, '/etc/passwd', '../../etc/passwd'); return input.evaluate((element) => Promise.all([...element.files].map((each) => each.text()))); });
await attempt('traces', async () => { await page.tracing.start({ path: '/tmp/trace.json' }); return page.tracing.stop(); });
await attempt('a film', () => page.screencast({ path: '/tmp/film.webm' }));
await attempt('downloads', async () => { const session = await page.createCDPSession(); return session.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: '/' }); });
await attempt('a snapshot', async () => { const session = await page.createCDPSession(); return JSON.stringify(await session.send('DOM.setFileInputFiles', { files: [file], nodeId: 1 })); });
await attempt('what the page shows', () => page.evaluate(() => document.documentElement.outerHTML));
return { tried, reached: told.filter((line) => /root:|canary-/.test(line)), told };
