/** A text as ordinary servers write it back into headers. */
export function escapedText(text: string): Record<string, string> {
  const bytes = Buffer.from(text);
  return {
    'x-plain': text,
    'x-quoted': JSON.stringify({ sent: text }),
    'x-url': encodeURIComponent(text),
    'x-base64': bytes.toString('base64'),
    'x-base64url': `a=${bytes.toString('base64url')};`,
    'x-hex': bytes.toString('hex'),
    'x-upper': text.toUpperCase(),
    'set-cookie': `auth=${encodeURIComponent(text)}`,
    link: `</?k=${encodeURIComponent(text)}>; rel=next`,
    etag: `"${text}"`,
    'www-authenticate': `Bearer realm="${text}"`,
  };
}

const ok = 'HTTP/1.1 200 OK\r\n';

/** Answers that no honest server gives, byte for byte. */
export const rawAnswers: Readonly<Record<string, string>> = {
  'prototype keys': `${ok}__proto__: 1\r\nconstructor: 2\r\nthen: 3\r\ntoJSON: 4\r\ncontent-length: 2\r\n\r\nok`,
  'two lengths': `${ok}content-length: 2\r\ncontent-length: 40\r\n\r\nok`,
  'length and chunks': `${ok}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n`,
  'a negative length': `${ok}content-length: -5\r\n\r\nok`,
  'a second answer': `${ok}content-length: 2\r\n\r\nok${ok}content-length: 6\r\n\r\nsecond`,
  'no version': 'ok',
  'another protocol': 'SSH-2.0-OpenSSH_9.2\r\n',
  'HTTP/0.9 and more': 'HTTP/0.9 200 OK\r\n\r\nok',
  'status 999': 'HTTP/1.1 999 x\r\ncontent-length: 2\r\n\r\nok',
  'switching protocols': 'HTTP/1.1 101 x\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n',
  'early hints': `${'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n'.repeat(2_000)}${ok}content-length: 2\r\n\r\nok`,
  'a long head': `${ok}${'x-long: y\r\n'.repeat(20_000)}\r\nok`,
  'a long line': `${ok}x-long: ${'y'.repeat(300_000)}\r\n\r\nok`,
  'folded lines': `${ok}x-fold: a\r\n b: c\r\n\r\nok`,
  'a NUL': `${ok}x-nul: a\0b\r\n\r\nok`,
  'a lone feed': `${ok}x-feed: a\nset-cookie: b=c\r\n\r\nok`,
  'a lie about gzip': `${ok}content-encoding: gzip\r\ncontent-length: 2\r\n\r\nok`,
  'many encodings': `${ok}content-encoding: ${'gzip, '.repeat(100)}gzip\r\ncontent-length: 2\r\n\r\nok`,
  'a chunk without end': `${ok}transfer-encoding: chunked\r\n\r\nffffffffffffffff\r\nok`,
  'chunk extensions': `${ok}transfer-encoding: chunked\r\n\r\n2;${'x'.repeat(100_000)}\r\nok\r\n0\r\n\r\n`,
  trailers: `${ok}transfer-encoding: chunked\r\ntrailer: x-late\r\n\r\n2\r\nok\r\n0\r\nx-late: 1\r\n__proto__: 2\r\n\r\n`,
};
