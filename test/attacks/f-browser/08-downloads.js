// Files that a page has downloaded, by names that lead elsewhere or are none.
const { site } = params.targets;
const page = await browser.newPage();
await page.goto(`http://127.0.0.1:${site}/page`);
const names = ['../../../../etc/passwd', '/etc/passwd', '..\\..\\x.exe', 'a/b/c.txt', '.bashrc', 'con', 'x'.repeat(400), '\u202etxt.exe', '%2e%2e%2fx', '~root', 'a;b', '"; filename="b', '-rf'];
let asked = 0;
for (const name of names) {
  for (const disposition of [`attachment; filename="${name.replaceAll(/[^ -~]/g, '_')}"`, `attachment; filename*=UTF-8''${encodeURIComponent(name)}`]) {
    asked++;
    await page.evaluate((url) => { const link = document.createElement('a'); link.href = url; link.download = ''; document.body.append(link); link.click(); }, `/file?disposition=${encodeURIComponent(disposition)}`);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
}
await new Promise((resolve) => setTimeout(resolve, 1_500));
return asked;
