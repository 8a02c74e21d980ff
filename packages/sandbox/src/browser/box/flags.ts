/** Where Chromium finds its only way out: a port of the box's own empty network. */
export const proxyPort = 3128;

/** What Chromium asks by itself, without the proxy: in an empty network it finds nothing. */
const nowhere = 'accounts.invalid';

/** Folders in the box's memory. */
const profileFolder = '/tmp/profile';
export const downloadFolder = '/tmp/downloads';

/**
 * Everything that Chromium is told at its start. No run has a say in any of it: the same words
 * start every browser.
 */
export const chromiumFlags: readonly string[] = [
  '--headless',
  '--remote-debugging-pipe',
  `--user-data-dir=${profileFolder}`,
  // One way out, for loopback too; no name is looked up here, and nothing goes past the proxy.
  `--proxy-server=http://127.0.0.1:${proxyPort}`,
  `--proxy-bypass-list=<-loopback>;${nowhere}`,
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
  '--disable-quic',
  '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
  // Nothing of Chromium's own goes to a network.
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-client-side-phishing-detection',
  '--disable-default-apps',
  '--disable-domain-reliability',
  '--disable-extensions',
  '--disable-sync',
  '--metrics-recording-only',
  '--no-first-run',
  '--no-default-browser-check',
  '--no-pings',
  '--no-service-autorun',
  // Its maker's accounts and messages: addresses that do not even come to the proxy.
  `--gaia-url=https://${nowhere}`,
  '--gcm-checkin-url=data:,',
  `--component-updater=url-source=https://${nowhere}/`,
  '--password-store=basic',
  '--use-mock-keychain',
  // No dumps, no sound, no screen.
  '--disable-breakpad',
  '--disable-crash-reporter',
  '--disable-gpu',
  '--disable-logging',
  '--hide-scrollbars',
  '--mute-audio',
  // A page in the background is as quick as one in front.
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--disable-hang-monitor',
  '--disable-ipc-flooding-protection',
  '--disable-popup-blocking',
  '--disable-prompt-on-repost',
  '--force-color-profile=srgb',
  `--disable-features=${[
    // As Puppeteer starts it.
    'AcceptCHFrame',
    'OptimizationHints',
    'ProcessPerSiteUpToMainFrameThreshold',
    'DialMediaRouteProvider',
    'GlobalMediaControls',
    'InterestFeedContentSuggestions',
    // No service of a machine: nothing to translate, cast, or open.
    'MediaRouter',
    'Translate',
    'WebUSB',
    // Menus that nobody sees are pages of their own, each with a process.
    'WebUIOmniboxPopup',
    'WebUIOmniboxAimPopup',
    'WebUIOmniboxFullPopup',
  ].join()}`,
  'about:blank',
];
