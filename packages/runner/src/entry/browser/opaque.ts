import type { Opaque } from '@castellan/protocol/json';
import * as library from 'puppeteer-core/internal/index-browser.js';

/** What a script writes in the place of one of Puppeteer's objects, by its class. */
const instead: Readonly<Record<string, string>> = {
  __proto__: null as never,
  HTTPResponse: 'response.status(), or await response.text()',
  HTTPRequest: 'request.url()',
  ElementHandle: 'await element.evaluate((node) => node.textContent)',
  JSHandle: 'await handle.jsonValue()',
  Page: 'await page.content(), or what page.evaluate() gives',
  Frame: 'await frame.content(), or what frame.evaluate() gives',
  Browser: 'await browser.version()',
  BrowserContext: '',
  Target: 'target.url()',
  CDPSession: '',
  ConsoleMessage: 'message.text()',
  Dialog: 'dialog.message()',
  FileChooser: '',
  Locator: '',
  WebWorker: 'worker.url()',
  Accessibility: 'await page.accessibility.snapshot()',
  Keyboard: '',
  Mouse: '',
  Touchscreen: '',
  Coverage: '',
  Tracing: '',
};

const { isPrototypeOf } = Object.prototype;
const { apply } = Reflect;
const classes = Object.keys(instead).flatMap((name) => {
  const found: unknown = Reflect.get(library, name);
  return typeof found === 'function'
    ? [{ name, prototype: (found as { prototype: object }).prototype }]
    : [];
});

/** Names an object of Puppeteer's: nothing of what it is would be in its JSON. */
export function nameOpaque(value: object): Opaque | undefined {
  for (let index = 0; index < classes.length; index++) {
    const { name, prototype } = classes[index]!;
    if (apply(isPrototypeOf, prototype, [value]))
      return { what: `Puppeteer’s ${name}`, instead: instead[name] ?? '' };
  }
  return undefined;
}
