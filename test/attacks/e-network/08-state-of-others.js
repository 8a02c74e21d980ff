// What an earlier run has left for this one: cookies, answers that were kept, connections with somebody's login.
const { site } = params.targets;
const home = `http://127.0.0.1:${site}`;
await (await fetch(`${home}/`, { credentials: 'include', cache: 'force-cache' })).text();
await (await fetch(`${home}/again`, { credentials: 'include', cache: 'only-if-cached', mode: 'same-origin' }).catch(() => new Response())).text();
const seen = await (await fetch(`${home}/seen`)).json();
return { cookies: seen.some(({ headers }) => headers.some((name) => /^(?:cookie|if-none-match|if-modified-since)$/i.test(name))), asked: seen.length > 0, document: typeof document };
