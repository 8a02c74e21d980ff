import { KnownDevices, Locator, Puppeteer } from 'puppeteer-core';
import { assert, equal, it, once, rejects, runSpecs } from './it.js';

const list = '<ul><li class="a">one</li><li>two</li></ul><button aria-label="Send it">Go</button>';

it('page.$, $$, $eval, $$eval', async ({ page }) => {
  await page.setContent(list);
  equal(await (await page.$('li')).evaluate((li) => li.textContent), 'one');
  equal(await page.$('table'), null);
  equal((await page.$$('li')).length, 2);
  equal(await page.$eval('li.a', (li, more) => li.textContent + more, '!'), 'one!');
  equal(await page.$$eval('li', (all) => all.length), 2);
  await rejects(
    page.$eval('table', () => 0),
    /failed to find element matching selector "table"/,
  );
});
it('selectors by text, aria, xpath, pierce, and ::-p-', async ({ page }) => {
  await page.setContent(list);
  for (const selector of ['text/two', '::-p-text(two)', 'xpath///li[2]', '::-p-xpath(//li[2])']) {
    equal(await page.$eval(selector, (el) => el.textContent), 'two');
  }
  for (const selector of ['aria/Send it', '::-p-aria(Send it)', '::-p-aria([role="button"])']) {
    equal(await page.$eval(selector, (el) => el.textContent), 'Go');
  }
  await page.evaluate(() => {
    const root = document.body
      .appendChild(document.createElement('div'))
      .attachShadow({ mode: 'open' });
    root.innerHTML = '<b id="deep">deep</b>';
  });
  equal(await page.$eval('pierce/#deep', (el) => el.textContent), 'deep');
  equal(await page.$eval('div >>> #deep', (el) => el.textContent), 'deep');
});
it('custom query handlers', async ({ page }) => {
  Puppeteer.registerCustomQueryHandler('nth', {
    queryOne: (root, n) => root.querySelectorAll('li')[n],
    queryAll: (root, n) => [root.querySelectorAll('li')[n]],
  });
  await page.setContent(list);
  equal(await page.$eval('nth/1', (el) => el.textContent), 'two');
  equal(await page.$eval('::-p-nth(0)', (el) => el.textContent), 'one');
  Puppeteer.clearCustomQueryHandlers();
});
it('page.waitForSelector: appears, becomes visible, is hidden, never comes', async ({ page }) => {
  await page.setContent('<p style="display:none">x</p>');
  const seen = page.waitForSelector('p', { visible: true });
  await page.$eval('p', (p) => {
    p.style.display = 'block';
  });
  await seen;
  const hidden = page.waitForSelector('p', { hidden: true });
  await page.$eval('p', (p) => p.remove());
  equal(await hidden, null);
  await rejects(
    page.waitForSelector('q', { timeout: 60 }),
    /^TimeoutError: Waiting for selector `q` failed/,
  );
});
it('locators click, fill, hover, wait, map and filter', async ({ page }) => {
  await page.setContent(
    '<input><button disabled>b</button><select><option>x<option value=y>y</select>',
  );
  await page.evaluate(() => {
    setTimeout(() => {
      document.querySelector('button').disabled = false;
    }, 50);
    document.querySelector('button').onclick = () => {
      window.clicked = true;
    };
  });
  await page.locator('button').click();
  equal(await page.evaluate(() => window.clicked), true);
  await page.locator('input').fill('filled');
  equal(
    await page
      .locator('input')
      .map((i) => i.value)
      .wait(),
    'filled',
  );
  await page.locator('select').fill('y');
  equal(await page.$eval('select', (s) => s.value), 'y');
  await page
    .locator('button')
    .filter((b) => b.textContent === 'b')
    .hover();
  await rejects(
    page.locator('none').setTimeout(80).click(),
    /TimeoutError: Timed out after waiting 80ms/,
  );
  await Locator.race([page.locator('none'), page.locator('button')]).click();
});
it('page.click, type, press, select, focus, hover, tap', async ({ page }) => {
  await page.setContent(`<input id=i><textarea></textarea><select multiple><option value=1>1<option value=2>2</select>
    <button onclick="window.n=(window.n||0)+1" ontouchstart="window.t=1">b</button>`);
  await page.type('#i', 'Hällo', { delay: 1 });
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.down('Shift');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.up('Shift');
  await page.keyboard.press('Backspace');
  equal(await page.$eval('#i', (i) => i.value), 'Hälo');
  await page.focus('textarea');
  await page.keyboard.sendCharacter('嗨');
  await page.keyboard.press('Enter');
  equal(await page.$eval('textarea', (t) => t.value), '嗨\n');
  equal(await page.select('select', '1', '2'), ['1', '2']);
  await page.$eval('button', (b) => {
    b.onmouseenter = () => {
      window.hovered = true;
    };
  });
  await page.hover('button');
  equal(await page.evaluate(() => window.hovered), true);
  await page.click('button', { count: 2 });
  await page.tap('button');
  assert((await page.evaluate(() => window.n)) >= 2);
});
it('page.mouse moves, wheels and drags', async ({ page }) => {
  await page.setContent(
    '<body style="margin:0;height:3000px"><div id=d draggable=true style="width:50px;height:50px"></div>',
  );
  await page.evaluate(() => {
    window.seen = [];
    for (const name of ['mousemove', 'mousedown', 'mouseup', 'wheel'])
      addEventListener(name, (e) => seen.push([name, e.clientX, e.clientY]));
  });
  await page.mouse.move(100, 100, { steps: 2 });
  await page.mouse.down();
  await page.mouse.up();
  await page.mouse.wheel({ deltaY: 400 });
  await page.waitForFunction(() => scrollY > 100);
  const names = await page.evaluate(() => seen.map(([n]) => n));
  equal([...new Set(names)].sort(), ['mousedown', 'mousemove', 'mouseup', 'wheel']);
});
it('drag and drop by the mouse', async ({ page }) => {
  await page.setContent(
    `<div id=a draggable=true style="width:50px;height:50px">a</div><div id=b style="width:90px;height:90px">b</div>`,
  );
  await page.evaluate(() => {
    document.querySelector('#b').ondragover = (e) => e.preventDefault();
    document.querySelector('#b').ondrop = () => {
      window.dropped = true;
    };
  });
  const a = await page.$('#a');
  const b = await page.$('#b');
  await a.drag(b);
  await b.drop(a);
  await page.waitForFunction(() => window.dropped);
});
it('element handles: boxes, visibility, children, screenshots', async ({ page }) => {
  await page.setContent(
    '<body style="margin:0"><div style="width:40px;height:30px"><i>x</i></div><p style="position:absolute;top:9000px">far</p>',
  );
  const div = await page.$('div');
  equal(await div.boundingBox(), { x: 0, y: 0, height: 30, width: 40 });
  equal((await div.boxModel()).width, 40);
  equal(await (await div.$('i')).evaluate((i) => i.textContent), 'x');
  equal(
    [await div.isVisible(), await div.isHidden(), await div.isIntersectingViewport()],
    [true, false, true],
  );
  equal(await (await page.$('p')).isIntersectingViewport(), false);
  const png = await div.screenshot();
  equal([...png.slice(1, 4)], [80, 78, 71]);
  equal(await (await div.toElement('div')).evaluate((d) => d.id), '');
});
it('a form is filled in and sent', async ({ page, origin }) => {
  await page.goto(`${origin}/form`);
  await page.type('[name=name]', 'Ada');
  await page.select('[name=colour]', 'red');
  await page.click('[name=agree]');
  await Promise.all([page.waitForNavigation(), page.click('[type=submit]')]);
  equal(await page.$eval('pre', (pre) => pre.textContent), 'name=Ada&colour=red&agree=on');
});
it('a file chooser takes what the script made, and a file of the run', async ({ page }) => {
  await artifacts.write('made.txt', 'made by the script');
  await page.setContent('<input type=file multiple>');
  const [chooser] = await Promise.all([page.waitForFileChooser(), page.click('input')]);
  equal(chooser.isMultiple(), true);
  await chooser.accept(['made.txt', './injected.js']);
  const read = () =>
    page.$eval('input', async (i) =>
      Promise.all([...i.files].map(async (f) => [f.name, await f.text()])),
    );
  const files = await read();
  equal(files[0], ['made.txt', 'made by the script']);
  equal(files[1][0], 'injected.js');
  await (await page.$('input')).uploadFile('made.txt');
  equal((await read()).length, 1);
  await rejects(
    (await page.$('input')).uploadFile('/etc/shadow').then(async () => {
      const found = await read();
      throw new Error(found.length === 0 || found[0][1] === '' ? 'nothing read' : `read ${found}`);
    }),
    /nothing read|not allowed|No such|no file|File not found|refused/i,
  );
});
it('dialogs: alert, confirm, prompt, beforeunload', async ({ page, origin }) => {
  const seen = [];
  page.on('dialog', async (dialog) => {
    seen.push([dialog.type(), dialog.message(), dialog.defaultValue()]);
    if (dialog.type() === 'prompt') await dialog.accept('typed');
    else if (dialog.type() === 'confirm') await dialog.dismiss();
    else await dialog.accept();
  });
  await page.goto(`${origin}/form`);
  await page.evaluate(() => alert('a'));
  equal(await page.evaluate(() => confirm('c')), false);
  equal(await page.evaluate(() => prompt('p', 'd')), 'typed');
  await page.evaluate(() => {
    addEventListener('beforeunload', (e) => {
      e.preventDefault();
      e.returnValue = 'x';
    });
  });
  await page.click('[name=name]');
  await Promise.all([once(page, 'close'), page.close({ runBeforeUnload: true })]);
  equal(
    seen.map(([type]) => type),
    ['alert', 'confirm', 'prompt', 'beforeunload'],
  );
});
it('page.emulate a phone', async ({ page, origin }) => {
  await page.emulate(KnownDevices['iPhone 13']);
  await page.goto(`${origin}/title`);
  equal(
    await page.evaluate(() => [
      screen.width,
      devicePixelRatio,
      /iPhone/.test(navigator.userAgent),
      'ontouchstart' in window,
    ]),
    [390, 3, true, true],
  );
});

export default () => runSpecs(params.only);
