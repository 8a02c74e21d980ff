/** `url`: the old parser from a port of Node's own source, and the platform's classes. */
import url from 'unenv/node/url';

export default { ...url, URL, URLSearchParams };
