// A page that calls what the script exposed to it: with hostile values, by the binding beneath, and without end.
const { collector, plunder } = require('./plunder.js');
const { site } = params.targets;
const bag = collector();
const page = await browser.newPage();
await page.exposeFunction('told', (...given) => { bag.take(...given); return { given: given.length }; });
await page.goto(`http://127.0.0.1:${site}/page`);
const answers = await page.evaluate(async () => {
  const heard = [];
  const hostile = [JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"then":1,"toJSON":"x"}'), 'x'.repeat(1e5), [[[[]]]], { get a() { return 1; } }, new Proxy({}, {}), 1n, Symbol.iterator, window, document, () => 1, null, undefined, NaN, new Error('of a page'), new Date(0)];
  for (const one of hostile) { try { heard.push(JSON.stringify(await told(one, one))); } catch (error) { heard.push(String(error)); } }
  for (const name of Object.getOwnPropertyNames(window).filter((each) => /puppeteer|binding|told|cdc_/i.test(each))) {
    for (const payload of ['', '{', '{"type":"exposedFun","name":"told","seq":1,"args":[]}', '{"type":"internal","name":"__proto__","seq":1,"args":[],"isTrivial":true}', '{"type":"exposedFun","name":"constructor","seq":-1,"args":{"__proto__":1}}', 'x'.repeat(1e5)]) {
      try { const answer = window[name](payload); heard.push(name, typeof answer); } catch (error) { heard.push(String(error)); }
    }
  }
  document.title = '</title><script>x</script>\u202e\0';
  console.log('%c%s%o', new Proxy({}, {}), window, document);
  console.error(Object.assign(new Error('\u001b[2J'), { stack: 'at node:fs (/etc/passwd)'.repeat(3) }));
  window.open('about:blank', '__proto__');
  return heard;
});
bag.take(answers, await page.title(), await page.evaluateHandle(() => window), await page.$eval('title', (title) => title));
return { ...plunder(bag.values(), params), answers: answers.length };
