// Fifteen megabytes of empty objects as params of a command that is small by nature, and of one that is not.
const { frame, say } = require('./report.js');
await page.setContent('<p>x</p>');
const objects = ',{}'.repeat(5_000_000);
const cdp = await page.createCDPSession();
for (const [method, end] of [
  ['Browser.setDownloadBehavior', ''],
  ['Runtime.evaluate', `,"sessionId":"${cdp.id()}"`],
]) {
  const text = `{"method":"${method}","params":{"x":[{}${objects}]},"id":9000001${end}}`;
  const bytes = frame(16, {}, Buffer.from(text));
  say(bytes);
}
return page.content();
