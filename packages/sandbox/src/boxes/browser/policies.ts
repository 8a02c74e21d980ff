/** Where Chromium and Chrome look for enterprise policies. */
export const policyFolders = [
  '/etc/chromium/policies/managed',
  '/etc/opt/chrome/policies/managed',
] as const;

/**
 * Chromium's enterprise policies: defence in depth behind the relay, in the browser itself. They also stop
 * requests to Google for time, accounts and push messages.
 */
const policies: Readonly<Record<string, unknown>> = {
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

/** The text of the policies. Certificates in PEM are trusted besides those of Chromium, for TLS of servers alone. */
export function policiesText(ca: string | null): string {
  const certificates = ca === null ? [] : certificatesIn(ca);
  return JSON.stringify({
    ...policies,
    ...(certificates.length === 0 ? {} : { CACertificates: certificates }),
  });
}

/** Each certificate of a text in PEM, as base64 of its DER. */
function certificatesIn(pem: string): string[] {
  const blocks = pem.matchAll(/-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/g);
  return [...blocks].map(([, body = '']) => body.replaceAll(/\s/g, ''));
}
