// Pages that are no pages of the network: files, Chromium's own, its tools, extensions, by every way to a page.
const { file, site } = params.targets;
const home = `http://127.0.0.1:${site}`;
const told = [];
let tried = 0;
const attempt = async (label, work) => {
  tried++;
  try { told.push(`${label}: ${String(await work()).slice(0, 2_000)}`); } catch (error) { told.push(`${label}: no, ${String(error.message).slice(0, 200)}`); }
};

const urls = [`file://${file}`, `FILE:${file}`, `view-source:file://${file}`, 'chrome://version', 'chrome://settings', 'devtools://devtools/bundled/inspector.html', 'chrome-untrusted://terminal/', 'chrome-extension://mhjfbmdgcfjbbpaeojofohoefgiehjai/index.html', 'about:version', 'about:gpu', 'chrome-search://local-ntp/', 'filesystem:http://a/x', 'javascript:document.write(1)', 'data:text/html,<script>location="file:///etc/passwd"</script>', 'externalfile:x', 'isolated-app://x/', 'content://x', 'googlechrome://x', 'mailto:a@b'];
const page = await browser.newPage();
for (const url of urls) {
  await attempt(`goto ${url}`, async () => { await page.goto(url, { timeout: 1_000, waitUntil: 'commit' }); return page.content(); });
  await attempt(`script ${url}`, () => page.evaluate((to) => { location.href = to; return 'moved'; }, url));
  await attempt(`meta ${url}`, async () => { await page.setContent(`<meta http-equiv=refresh content="0;url=${url}"><iframe src="${url}"></iframe><object data="${url}"></object><embed src="${url}"><link rel=stylesheet href="${url}">`); return page.frames().length; });
}
await attempt('a redirect', async () => { await page.goto(`${home}/to?url=${encodeURIComponent(`file://${file}`)}`, { timeout: 1_000 }); return page.content(); });
for (const open of await browser.pages()) await attempt('what is open', () => open.content());
return { tried, reached: told.filter((line) => /root:|canary-/.test(line)), told };
