// Answers one request itself, blocks images, and counts what the page requests.
const seen = [];
await page.setRequestInterception(true);
page.on('request', (request) => {
  const { pathname } = new URL(request.url());
  seen.push(pathname);
  if (request.resourceType() === 'image') void request.abort();
  else if (pathname === '/api/weather')
    void request.respond({ contentType: 'application/json', body: '{"sky":"made up"}' });
  else void request.continue();
});
await page.goto(`${params.url}weather`);
await page.waitForFunction(() => document.querySelector('#sky').textContent !== '…');
return { sky: await page.$eval('#sky', (sky) => sky.textContent), seen: seen.sort() };
