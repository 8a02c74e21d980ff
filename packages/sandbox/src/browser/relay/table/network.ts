import * as is from './rules.ts';
import { documents, large, row, rows, type Rows, scripts } from './row.ts';

/** Requests of pages. They go through the gateway in any case. */
const requests: Rows = {
  ...rows(scripts, {
    'Network.enable':
      'maxTotalBufferSize maxResourceBufferSize maxPostDataSize reportDirectSocketTraffic enableDurableMessages',
    'Network.disable': '',
    'Network.configureDurableMessages': 'maxTotalBufferSize maxResourceBufferSize',
    'Network.setCacheDisabled': 'cacheDisabled',
    'Network.setExtraHTTPHeaders': 'headers',
    'Network.setUserAgentOverride': 'userAgent acceptLanguage platform userAgentMetadata',
    'Network.setAttachDebugStack': 'enabled',
    'Network.emulateNetworkConditions':
      'offline latency downloadThroughput uploadThroughput connectionType packetLoss packetQueueLength packetReordering',
    'Network.overrideNetworkState':
      'offline latency downloadThroughput uploadThroughput connectionType',
    'Network.getRequestPostData': 'requestId',
    'Network.getResponseBody': 'requestId',
    'Network.searchInResponseBody': 'requestId query caseSensitive isRegex',
    'Network.streamResourceContent': 'requestId',
    'Network.replayXHR': 'requestId',
  }),
  // Puppeteer asks it of tabs too, where Chromium does not know it.
  ...rows(['tab', ...scripts], {
    'Network.emulateNetworkConditionsByRule':
      'offline matchedNetworkConditions emulateOfflineServiceWorker',
  }),
  ...rows(documents, {
    'Network.setBypassServiceWorker': 'bypass',
    'Network.clearBrowserCache': '',
    'Network.canClearBrowserCache': '',
    'Network.canClearBrowserCookies': '',
    'Network.canEmulateNetworkConditions': '',
    'Network.enableReportingApi': 'enable',
    'Network.getCertificate': 'origin',
    'Network.getSecurityIsolationStatus': 'frameId',
    'Network.setCookieControls': 'enableThirdPartyCookieRestriction',
    'Security.enable': '',
    'Security.disable': '',
  }),
  'Network.setBlockedURLs': large(row(scripts, 'urls urlPatterns')),
  'Network.loadNetworkResource': row(documents, 'frameId options', { url: is.fetched }),
  'Security.setIgnoreCertificateErrors': row(documents, '', { ignore: is.unchecked }),
};

/** Cookies of the page's own context. */
const cookies: Rows = {
  ...rows(documents, {
    'Network.getCookies': 'urls',
    'Network.getAllCookies': '',
    'Network.setCookie':
      'name value url domain path secure httpOnly sameSite expires priority sourceScheme sourcePort partitionKey',
    'Network.clearBrowserCookies': '',
    'Page.deleteCookie': 'cookieName url',
  }),
  'Network.setCookies': large(row(documents, 'cookies')),
  // Puppeteer's setCookie sends the whole cookie here before it sets it.
  'Network.deleteCookies': row(documents, 'name url domain path partitionKey', {
    value: is.ignored,
    httpOnly: is.ignored,
    secure: is.ignored,
    sameSite: is.ignored,
    expires: is.ignored,
    priority: is.ignored,
    sourceScheme: is.ignored,
    sourcePort: is.ignored,
  }),
};

const interception: Rows = {
  ...rows(scripts, {
    'Fetch.disable': '',
    'Fetch.continueResponse':
      'requestId responseCode responsePhrase responseHeaders binaryResponseHeaders',
    'Fetch.continueWithAuth': 'requestId authChallengeResponse',
    'Fetch.failRequest': 'requestId errorReason',
    'Fetch.getResponseBody': 'requestId',
    'Fetch.takeResponseBodyAsStream': 'requestId',
  }),
  'Fetch.enable': row(scripts, 'handleAuthRequests', { patterns: is.patterns }),
  'Fetch.continueRequest': large(
    row(scripts, 'requestId method postData headers interceptResponse', { url: is.request }),
  ),
  'Fetch.fulfillRequest': large(
    row(
      scripts,
      'requestId responseCode responseHeaders binaryResponseHeaders body responsePhrase',
    ),
  ),
  'IO.read': row(documents, 'offset size', { handle: is.stream }),
  'IO.close': row(documents, '', { handle: is.stream }),
};

export const networkRows: Rows = { ...requests, ...cookies, ...interception };
