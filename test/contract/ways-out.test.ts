import { forEachEngine } from './contract.support.ts';

/** Refusals lead somewhere: what is elsewhere is named in the record; the script sees V8's message. */
forEachEngine(({ engine, cases, sandboxForFile }) => {
  const sandbox = sandboxForFile();
  const inNode = engine === 'node';

  cases(sandbox, [
    {
      name: 'a page in a run without a browser',
      source: "await page.goto('https://example.com')",
      reason: 'uncaught_exception',
      message:
        'page is not defined. This run has no browser: ask for one with browser: {}, or --browser.',
      at: 'script.js:1:1',
    },
    {
      name: 'the script sees the message of V8',
      source: 'try { page } catch (e) { return e.message }',
      value: 'page is not defined',
    },
    {
      name: 'a document',
      source: "document.querySelector('a')",
      reason: 'uncaught_exception',
      message: /^document is not defined\. Pages have it: .*page\.evaluate\(\)/,
    },
    {
      name: 'another name has no advice',
      source: 'pages.goto()',
      reason: 'uncaught_exception',
      message: 'pages is not defined',
    },
    {
      name: 'a package that nobody put into the runtime',
      source: "\nrequire('left-pad')",
      reason: 'module_not_found',
      message:
        'Module "left-pad" was not found. It is no package of this runtime; castellan runtime build makes a runtime that has it',
      at: 'script.js:2:1',
    },
    {
      name: 'the same for import(), which can be caught',
      source: "try { await import('left-pad') } catch (e) { return e.code }",
      value: 'module_not_found',
    },
    ...(inNode
      ? []
      : (
          [
            ['Buffer.from("a")', /^Buffer is not defined\. .*node:buffer/],
            ['process.exit()', /engine: 'node'/],
            [
              'new WebAssembly.Module(new Uint8Array())',
              /^WebAssembly is not defined\. .*engine: 'node'/,
            ],
            [
              "require('node:crypto').createCipheriv('aes', 'k', 'v')",
              /engine: 'node'|is not allowed/,
            ],
            [
              "require('fs')",
              /^Module "fs" is not allowed\. Allowed: .*zod\. It needs full Node: .*engine: 'node'$/,
            ],
            ["require('path')", /^Module "path" is not allowed\. Allowed: [^.]*zod$/],
          ] as const
        ).map(([source, message]) => ({
          reason: source.startsWith('require(')
            ? ('module_denied' as const)
            : ('uncaught_exception' as const),
          name: `what only full Node has: ${source}`,
          source,
          message,
        }))),
  ]);
});
