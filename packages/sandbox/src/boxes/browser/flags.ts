/** The port of Chromium's proxy, its only way to a network, in the box's own empty network. */
export const proxyPort = 3128;

/** What Chromium requests without the proxy: in an empty network this fails. */
const nowhere = 'accounts.invalid';

/** Folders in the box's memory. */
const profileFolder = '/tmp/profile';
export const downloadFolder = '/tmp/downloads';

/**
 * All command-line flags of Chromium. They are the same for every browser; no run can influence them.
 */
export const chromiumFlags: readonly string[] = [
  '--headless',
  '--remote-debugging-pipe',
  `--user-data-dir=${profileFolder}`,
  // The disk is memory: the cache gets the same little of it whatever its size is.
  `--disk-cache-size=${80 * 2 ** 20}`,
  // Everything goes through the proxy, loopback too, and no name is resolved in the box.
  `--proxy-server=http://127.0.0.1:${proxyPort}`,
  `--proxy-bypass-list=<-loopback>;${nowhere}`,
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
  '--disable-quic',
  '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
  // Chromium makes no requests of its own.
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
  // Google's accounts and push messages: requests to them do not even reach the proxy.
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
  // Pages in the background are not throttled.
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--disable-hang-monitor',
  '--disable-ipc-flooding-protection',
  '--disable-popup-blocking',
  '--disable-prompt-on-repost',
  '--force-color-profile=srgb',
  `--disable-features=${[
    // The same as Puppeteer disables.
    'AcceptCHFrame',
    'OptimizationHints',
    'ProcessPerSiteUpToMainFrameThreshold',
    'DialMediaRouteProvider',
    'GlobalMediaControls',
    'InterestFeedContentSuggestions',
    // Services of a desktop: translation, casting, opening of links.
    'MediaRouter',
    'Translate',
    'WebUSB',
    // Parts of the user interface that are pages of their own, each with a process.
    'WebUIOmniboxPopup',
    'WebUIOmniboxAimPopup',
    'WebUIOmniboxFullPopup',
  ].join()}`,
  'about:blank',
];
