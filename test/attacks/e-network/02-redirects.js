// The only server that may be asked sends the request on to this machine's other ports, in every way that HTTP has.
const { port, site } = params.targets;
const home = `http://127.0.0.1:${site}`;
const places = [`http://127.0.0.1:${port}/`, `//127.0.0.1:${port}/`, `\\\\127.0.0.1:${port}\\`, `http:127.0.0.1:${port}`, `HTTP://127.0.0.1:${port}`, `http://localhost:${port}/`, `http://a@127.0.0.1:${port}/`, `http://127.0.0.1:${site}@127.0.0.1:${port}/`, `http://[::ffff:127.0.0.1]:${port}/`, `http://127.0.0.1:0${port}/`, `\thttp://127.0.0.1:${port}/`, `https://127.0.0.1:${port}/`, `file:///etc/passwd`, 'data:text/plain,x', 'javascript:1', `ftp://127.0.0.1:${port}/`, `ws://127.0.0.1:${port}/`, `http://169.254.169.254/latest/meta-data/`, `http://127.0.0.1:${port}\r\nx: y`, '', '//', 'http://'];
const reached = [];
let tried = 0;
for (const place of places) {
  for (const code of tried === 0 ? [301, 303, 308, 300, 304, 305, 399, 302] : [302, 307]) {
    for (const redirect of code === 302 ? ['follow', 'manual', 'error'] : ['follow']) {
      tried++;
      try {
        const answer = await fetch(`${home}/to?code=${code}&url=${encodeURIComponent(place)}`, { redirect, method: tried % 2 ? 'GET' : 'POST', ...(tried % 2 ? {} : { body: 'x' }) });
        if (!answer.url.startsWith(home)) reached.push(`${place} ${answer.url}`);
      } catch { /* refused */ }
    }
  }
}
return { tried, reached };
