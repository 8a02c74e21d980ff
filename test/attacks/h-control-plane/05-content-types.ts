// H: bodies that are one thing by name and another by content, and files that name places of the host.
import { type Attack, bearer } from './scene.support.ts';

const json = JSON.stringify({ code: 'return 1' });
const multipart = `--x\r\nContent-Disposition: form-data; name="files"; filename="../../../etc/passwd"\r\nContent-Type: application/json\r\n\r\n${json}\r\n--x--\r\n`;

const attack: Attack = async ({ send, thief }) => {
  const bodies: readonly (readonly [string, string | Buffer])[] = [
    ['text/plain', json],
    ['text/html', json],
    ['application/x-www-form-urlencoded', 'code=return%201&code=2'],
    ['multipart/form-data; boundary=x', multipart],
    ['multipart/form-data; boundary=application/json', multipart],
    ['application/json, multipart/form-data', json],
    ['application/jsonp', json],
    ['application/json; charset=utf-16', Buffer.from(json, 'utf16le')],
    ['application/json; charset=utf-7', '+AHs-"code":"1"+AH0-'],
    ['application/json', Buffer.from(json, 'utf16le')],
    ['application/json', `${json}\n${json}`],
    ['application/json', `// comment\n${json}`],
    ['application/json', '{"code":"return 1","code":1}'],
    ['application/json', '{"files":{"/etc/passwd":""},"entry":"/etc/passwd"}'],
    ['application/json', '{"files":{"../a.js":"1"},"entry":"../a.js"}'],
    ['application/json', '{"files":{"a\\u0000.js":"1"},"entry":"a\\u0000.js"}'],
    ['application/json', '{"code":{"toString":"return 1"}}'],
    ['application/json', '{"code":["return 1"]}'],
    ['application/json', '["return 1"]'],
    ['', json],
  ];
  for (const [type, body] of bodies) {
    const headers = { ...bearer(thief.key), ...(type === '' ? {} : { 'content-type': type }) };
    const { status, body: text } = await send({ method: 'POST', path: '/v1/runs', headers, body });
    if (status < 400 || status >= 500)
      throw new Error(`${type} ${String(body)}: ${status} ${text}`);
  }
  return bodies.length;
};

export default attack;
