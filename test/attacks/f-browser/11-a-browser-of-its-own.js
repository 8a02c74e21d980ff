// Another browser, or this one with other arguments: without its sandbox, with a port, of another path, far away.
const { file, port, site } = params.targets;
const told = [];
let tried = 0;
const attempt = async (label, work) => {
  tried++;
  try { told.push(`${label}: ${String(await work()).slice(0, 2_000)}`); } catch (error) { told.push(`${label}: no, ${String(error.message).slice(0, 200)}`); }
};

const puppet = typeof puppeteer === 'undefined' ? undefined : puppeteer;
const launches = [{ args: ['--no-sandbox', `--remote-debugging-port=${port}`, '--remote-debugging-address=0.0.0.0', '--disable-web-security', `--proxy-server=127.0.0.1:${port}`, '--proxy-bypass-list=*', '--load-extension=/', '--enable-logging=stderr', `--user-data-dir=${file}`] }, { executablePath: '/bin/sh', args: ['-c', 'id'] }, { userDataDir: '/', dumpio: true }, { env: { LD_PRELOAD: file }, pipe: false, debuggingPort: port }, { ignoreDefaultArgs: true, channel: 'chrome-canary' }, { browser: 'firefox' }, { extraPrefsFirefox: {}, product: 'firefox' }, { acceptInsecureCerts: true, handleSIGTERM: false }];
for (const options of launches) await attempt(JSON.stringify(options).slice(0, 60), async () => { const other = await puppet.launch(options); const page = await other.newPage(); await page.goto(`file://${file}`); return page.content(); });
for (const place of [{ browserWSEndpoint: `ws://127.0.0.1:${port}/devtools/browser/x` }, { browserURL: `http://127.0.0.1:${port}` }, { browserWSEndpoint: `ws://127.0.0.1:${site}/` }, { transport: { send() {}, close() {} } }, { browserWSEndpoint: browser.wsEndpoint() }]) await attempt(JSON.stringify(place).slice(0, 60), () => Promise.race([puppet.connect(place).then((other) => other.version()), new Promise((resolve) => setTimeout(resolve, 500, 'no answer'))]));
await attempt('its process', () => JSON.stringify(browser.process()?.pid ?? 'none'));
const page = await browser.newPage();
for (const where of [9222, 9229, 3128, port]) await attempt(`port ${where}`, () => page.goto(`http://127.0.0.1:${where}/json/version`, { timeout: 1_000 }).then(() => page.content()));
return { tried, reached: told.filter((line) => /root:|canary-|webSocketDebuggerUrl|uid=/.test(line)), told };
