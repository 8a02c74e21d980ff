/** Where Chromium and Chrome look for enterprise policies. */
export const policyFolders = [
  '/etc/chromium/policies/managed',
  '/etc/opt/chrome/policies/managed',
] as const;

/**
 * Chromium's enterprise policies: defence in depth behind the relay, in the browser itself. They also stop
 * requests to Google for time, accounts and push messages.
 */
export const policies: Readonly<Record<string, unknown>> = {
  URLBlocklist: [
    'file://*',
    'view-source:*',
    'chrome-untrusted://*',
    'chrome-extension://*',
    'devtools://*',
    'filesystem:*',
    'ftp://*',
    'javascript://*',
  ],
  // Chromium's viewer of PDFs. No script has a session to it.
  URLAllowlist: ['chrome-extension://mhjfbmdgcfjbbpaeojofohoefgiehjai'],
  // No look for a captive portal after an error of TLS.
  AlternateErrorPagesEnabled: false,
  AudioCaptureAllowed: false,
  AutofillAddressEnabled: false,
  AutofillCreditCardEnabled: false,
  BackgroundModeEnabled: false,
  BrowserNetworkTimeQueriesEnabled: false,
  BrowserSignin: 0,
  ComponentUpdatesEnabled: false,
  DefaultSearchProviderEnabled: false,
  DnsOverHttpsMode: 'off',
  DomainReliabilityAllowed: false,
  ExtensionInstallBlocklist: ['*'],
  MetricsReportingEnabled: false,
  NetworkPredictionOptions: 2,
  PasswordManagerEnabled: false,
  QuicAllowed: false,
  SafeBrowsingProtectionLevel: 0,
  SearchSuggestEnabled: false,
  SyncDisabled: true,
  TranslateEnabled: false,
  UrlKeyedAnonymizedDataCollectionEnabled: false,
  VideoCaptureAllowed: false,
  WebRtcIPHandling: 'disable_non_proxied_udp',
};
