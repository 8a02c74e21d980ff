// What a run before has left in the browser: cookies, storage of every kind, caches, logins, permissions.
const { site } = params.targets;
const cookies = (await browser.cookies()).length;
const page = await browser.newPage();
const home = `http://127.0.0.1:${site}`;
await page.goto(`${home}/page`);
const kept = await page.evaluate(async () => ({ cookie: document.cookie, local: { ...localStorage }, session: { ...sessionStorage }, databases: (await indexedDB.databases()).length, caches: await caches.keys(), workers: (await navigator.serviceWorker.getRegistrations()).length, name: window.name, history: history.length, files: await (async () => { const all = []; for await (const [key] of await navigator.storage.getDirectory()) all.push(key); return all; })() }));
await page.evaluate(async () => { document.cookie = 'left=1'; localStorage.left = 1; sessionStorage.left = 1; window.name = 'left'; await caches.open('left'); indexedDB.open('left'); await (await navigator.storage.getDirectory()).getFileHandle('left', { create: true }); });
return { kept, cookies };
