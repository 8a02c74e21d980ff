const networkSchemes = new Set(['http:', 'https:']);

/**
 * Whether a script may navigate to a URL: http, https, data, blob URLs of those, and `about:blank`.
 * `undefined` for text that is not a URL and that no parser could take for one of another scheme.
 */
export function mayNavigate(text: string): boolean | undefined {
  const url = URL.parse(text);
  if (url === null) return mayBeOther(text) ? false : undefined;
  if (networkSchemes.has(url.protocol)) return true;
  if (url.protocol === 'data:') return true;
  if (url.protocol === 'about:') return url.pathname === 'blank';
  return url.protocol === 'blob:' && mayBe(url.pathname);
}

/** Whether a more lenient URL parser could read it as a URL of another scheme. */
function mayBeOther(text: string): boolean {
  const scheme = /^[\0- ]*([a-z][a-z\d+.-]*:)/i.exec(text.replaceAll(/[\t\n\r]/g, ''))?.[1];
  return scheme !== undefined && !networkSchemes.has(scheme.toLowerCase());
}

/** Origins that a blob URL may have. */
function mayBe(origin: string): boolean {
  return origin.startsWith('null/') || networkSchemes.has(URL.parse(origin)?.protocol ?? '');
}

/** URLs that a page may show: also Chromium's error pages, and `about:srcdoc` frames. */
export function mayShow(text: string): boolean {
  if (text === '' || text === ':') return true;
  if (text === 'about:srcdoc' || text.startsWith('chrome-error://chromewebdata/')) return true;
  return mayNavigate(text) === true;
}

/** URLs that a request may be redirected to. */
export function mayRequest(text: string): boolean {
  const protocol = URL.parse(text)?.protocol ?? '';
  return networkSchemes.has(protocol) || protocol === 'ws:' || protocol === 'wss:';
}

/**
 * Whether it is a URL of Chromium's viewer of PDFs: an extension of Chromium's own, whose frames have
 * more rights than pages.
 */
export function isViewer(text: string): boolean {
  return text.startsWith('chrome-extension://mhjfbmdgcfjbbpaeojofohoefgiehjai/');
}
