const networkSchemes = new Set(['http:', 'https:']);

/**
 * Where a script may send a page: http, https, data, blob of those, and `about:blank`. `false` for
 * everything else; `undefined` for what is no URL at all, and would be none of another scheme.
 */
export function mayNavigate(text: string): boolean | undefined {
  const url = URL.parse(text);
  if (url === null) return mayBeOther(text) ? false : undefined;
  if (networkSchemes.has(url.protocol)) return true;
  if (url.protocol === 'data:') return true;
  if (url.protocol === 'about:') return url.pathname === 'blank';
  return url.protocol === 'blob:' && mayBe(url.pathname);
}

/** Whether a reader of URLs that is less strict than ours could take it for one of another scheme. */
function mayBeOther(text: string): boolean {
  const scheme = /^[\0- ]*([a-z][a-z\d+.-]*:)/i.exec(text.replaceAll(/[\t\n\r]/g, ''))?.[1];
  return scheme !== undefined && !networkSchemes.has(scheme.toLowerCase());
}

/** What a blob's URL may be made from. */
function mayBe(origin: string): boolean {
  return origin.startsWith('null/') || networkSchemes.has(URL.parse(origin)?.protocol ?? '');
}

/** Where a page may be found: also Chromium's own error pages, and frames with their text in the parent. */
export function mayShow(text: string): boolean {
  if (text === '' || text === ':') return true;
  if (text === 'about:srcdoc' || text.startsWith('chrome-error://chromewebdata/')) return true;
  return mayNavigate(text) === true;
}

/** What a request may be turned into. */
export function mayRequest(text: string): boolean {
  const protocol = URL.parse(text)?.protocol ?? '';
  return networkSchemes.has(protocol) || protocol === 'ws:' || protocol === 'wss:';
}
