// A server that echoes the secret in its heads, addresses and errors, in the spellings of ordinary servers.
const { site } = params.targets;
const home = `http://127.0.0.1:${site}`;
const headers = { authorization: '{{bound}}' };
const told = [];
const tell = async (work) => { try { told.push(JSON.stringify(await work())); } catch (error) { told.push(String(error.stack), String(error.cause)); } };
await tell(async () => { const { status, statusText, headers: got } = await fetch(`${home}/echo`, { headers }); return { status, statusText, got: [...got], cookies: got.getSetCookie?.() }; });
for (const redirect of ['follow', 'manual']) {
  for (const place of [`${home}/here?k={auth}`, `${home}/here#{auth}`, `/{auth}`, `http://{auth}.test/`, `http://{auth}@127.0.0.1:${site}/`, `{auth}:x`]) {
    await tell(async () => { const { url, headers: got, redirected } = await fetch(`${home}/to?url=${encodeURIComponent(place)}`, { headers, redirect }); return { url, got: [...got], redirected }; });
  }
}
await tell(() => fetch(`${home}/echo`, { headers: { authorization: '{{bound}}\r\nx: {{bound}}' } }));
await tell(() => fetch(`${home}/echo`, { headers: { authorization: `{{bound}}${'x'.repeat(40_000)}` } }));
await tell(() => fetch(`${home}:1/`, { headers }));
console.log(told);
return told;
