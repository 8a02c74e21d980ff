/** A small test frame that runs inside the sandbox, beside Puppeteer. */
const specs = [];

export function it(name, body) {
  specs.push({ name, body });
}

export function assert(value, message = 'not true') {
  if (!value) throw new Error(message);
}

export function equal(actual, expected) {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${a} is not ${b}`);
}

export async function rejects(promise, form) {
  try {
    await promise;
  } catch (error) {
    const text = `${error.name}: ${error.message}`;
    if (form.test(text)) return error;
    throw new Error(`${text} is not like ${form}`, { cause: error });
  }
  throw new Error(`nothing was thrown, and ${form} was expected`);
}

/** Resolves with what the event brought. */
export function once(emitter, event) {
  return new Promise((resolve) => emitter.once(event, resolve));
}

/** Each spec gets a page in a context of its own. What went wrong, by name; null for nothing. */
export async function runSpecs(only) {
  const results = {};
  for (const { name, body } of specs) {
    if (only && !name.includes(only)) continue;
    const context = await browser.createBrowserContext();
    const own = await context.newPage();
    own.setDefaultTimeout(5_000);
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error('took too long')), 8_000);
    });
    try {
      await Promise.race([
        body({ page: own, context, origin: params.origin, other: params.other }),
        late,
      ]);
      results[name] = null;
    } catch (error) {
      results[name] = `${error.message}\n${error.stack}`;
    }
    clearTimeout(timer);
    await context.close().catch(() => {});
  }
  return results;
}
