// Has the secret sent to where it is not bound: by redirects, in other headers, in addresses and bodies.
const { site } = params.targets;
// Whatever others have asked is not counted.
await (await fetch(`http://127.0.0.1:${site}/seen`)).text();
const bound = `http://127.0.0.1:${site}`;
const other = `http://localhost:${site}`;
const key = '{{bound}}';
const ask = async (url, options) => { try { await (await fetch(url, options)).text(); } catch { /* refused */ } };
const headers = { authorization: `Bearer ${key}` };
for (const code of [301, 302, 303, 307, 308]) await ask(`${bound}/to?code=${code}&url=${encodeURIComponent(`${other}/elsewhere`)}`, { headers, method: 'POST', body: key });
await ask(`${bound}/to?url=${encodeURIComponent(`//localhost:${site}/elsewhere`)}`, { headers });
await ask(`${bound}/to?url=${encodeURIComponent(`${other}/elsewhere?k={auth}`)}`, { headers });
for (const name of ['cookie', 'x-own', 'user-agent', 'referer', 'x-api-key2', 'Authorization-Extra', 'proxy-authorization']) await ask(`${bound}/wrong`, { headers: { [name]: key } });
await ask(`${bound}/wrong?k=${key}`, {});
await ask(`${bound}/wrong/${encodeURIComponent(key)}`, { method: 'POST', body: key });
await ask(`${other}/wrong`, { headers });
await ask(`http://${key}@127.0.0.1:${site}/wrong`, {});
await ask(`${bound}/wrong`, { method: 'POST', body: JSON.stringify({ key }), headers: { 'content-type': key } });
await ask(`${bound}/right`, { headers });
const seen = await (await fetch(`${bound}/seen`)).json();
const withSecret = seen.filter((one) => JSON.stringify(one).includes('<the secret>'));
return { asked: seen.length, places: [...new Set(withSecret.map(({ url, headers: [, host] }) => url.split('?')[0]))].sort(), hosts: [...new Set(withSecret.map(({ headers: all }) => all.join().includes('localhost')))], bodies: withSecret.some(({ body }) => body.includes('<the secret>')) };
