// Windows, dialogs, prints and histories without end, until the page or the browser gives up.
const { site } = params.targets;
const page = await browser.newPage();
page.on('dialog', (dialog) => void dialog.accept().catch(() => 0));
await page.goto(`http://127.0.0.1:${site}/page`);
await page.evaluate(() => {
  onbeforeunload = () => 'x';
  for (let at = 0; at < 300; at++) { open('about:blank', `w${at}`); history.pushState(null, '', `?${at}`); }
  setTimeout(() => { print(); for (let at = 0; at < 200; at++) alert('x'.repeat(1e5)); }, 0);
  for (let at = 0; at < 100; at++) { const frame = document.createElement('iframe'); frame.srcdoc = '<script>open("");alert(1);parent.postMessage("x".repeat(1e6), "*")</script>'; document.body.append(frame); }
}).catch(() => 0);
await new Promise((resolve) => setTimeout(resolve, 1_500));
return (await browser.pages()).length <= 64;
