/** `url`: Node's own JavaScript, over the platform's classes. */
import buffer from '../buffer.ts';
import * as internals from '../node/internals.ts';
import path from '../path.ts';
import querystring from '../querystring.ts';
import { domainToASCII, domainToUnicode, format, toASCII } from './domains.ts';
import { FileUrl } from './file-url.ts';

/** Node warns of `url.parse` in what is no package. */
const isInsideNodeModules = (): boolean => /[/\\]node_modules[/\\]/.test(new Error().stack ?? '');

const isURL = (value: unknown): value is URL => value instanceof URL;

const below = { ...internals, URLPattern, toASCII, isInsideNodeModules, format };
const modules = {
  buffer,
  path,
  querystring,
  'internal/assert': internals.assert,
  'internal/url:rest': {
    URL: FileUrl,
    URLSearchParams,
    isURL,
    bindingUrl: { domainToASCII, domainToUnicode },
  },
};

export default Object.assign(nodeUrl({ internals: below, modules }), { URL });
