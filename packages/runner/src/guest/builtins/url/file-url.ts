/** What stands for a character in the path of a file's address: `%5B`. */
const escaped = /[\0\t\n\r "#%?[\]^|~\\]/g;

/** Node's way to the address of a file: `URL` with a third argument, the symbol of a kind of paths. */
export const FileUrl = function (text: string, hostname?: string, kind?: symbol): URL {
  if (kind === undefined) return new URL(text, hostname);
  const isWindows = kind.description === 'kCreateURLFromWindowsPath';
  const pathname = text.replaceAll(escaped, (one) =>
    isWindows && one === '\\'
      ? '/'
      : `%${one.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
  const url = new URL('file://');
  url.pathname = pathname;
  if (hostname !== undefined) url.hostname = hostname;
  return url;
};
// An address of a file is one like any other.
FileUrl.prototype = URL.prototype;
