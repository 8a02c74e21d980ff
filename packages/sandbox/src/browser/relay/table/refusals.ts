/** Commands that no session may send, and the reason: a clause for whoever has sent one. */
export interface Refusal {
  readonly why: string;
  /** Methods, or whole domains as `Cast.*`. */
  readonly methods: readonly string[];
}

const of = (why: string, list: string): Refusal => ({
  why,
  methods: list.split(/\s+/).filter(Boolean),
});

/**
 * Why the rest of the protocol is refused. No wall rests on this list: what has no row in the table is
 * refused with or without it. A test demands that each command of the protocol is in one of the two.
 */
export const refusals: readonly Refusal[] = [
  of('it names files of the box', 'DOM.getFileInfo IO.resolveBlob FileSystem.*'),
  of(
    'it gives V8 compiled code, which V8 trusts',
    'Page.addCompilationCache Page.produceCompilationCache Page.clearCompilationCache',
  ),
  of(
    'it shows addresses in the memory of Chromium',
    `Memory.startSampling Memory.stopSampling Memory.getSamplingProfile
    Memory.getAllTimeSamplingProfile Memory.getBrowserSamplingProfile`,
  ),
  of('it has a renderer read a picture in a format of its own', 'LayerTree.loadSnapshot'),
  of(
    'it ends a process, and with it the run',
    `Browser.crash Browser.crashGpuProcess Page.crash
    Memory.getDOMCountersForLeakDetection Memory.prepareForLeakDetection`,
  ),
  of(
    'certificates are checked, and a script cannot change that',
    'Security.handleCertificateError Security.setOverrideCertificateErrors',
  ),
  of(
    'it sees all of Chromium',
    `Tracing.* SystemInfo.* Browser.getBrowserCommandLine Browser.getHistogram Browser.getHistograms
    Memory.setPressureNotificationsSuppressed Memory.simulatePressureNotification`,
  ),
  of(
    'it changes all of Chromium',
    `Browser.executeBrowserCommand Browser.addPrivacySandboxEnrollmentOverride
    Browser.getGlobalPrivacyControl Browser.setGlobalPrivacyControl Browser.addMockCamera
    Storage.runBounceTrackingMitigations Page.setRPHRegistrationMode Page.setSPCTransactionMode`,
  ),
  of(
    'it reaches other targets than those of the run',
    `Target.autoAttachRelated Target.exposeDevToolsProtocol
    Target.getDevToolsTarget Target.openDevTools Target.sendMessageToTarget
    Target.setRemoteLocations`,
  ),
  of('downloads become artifacts of the run', 'Browser.cancelDownload'),
  of('it writes files of the browser’s', 'Page.startScreenRecording Page.stopScreenRecording'),
  of(
    'there are no devices',
    'BluetoothEmulation.* Cast.* DeviceAccess.* SmartCardEmulation.* Tethering.*',
  ),
  of(
    'there is one screen',
    `Emulation.addScreen Emulation.updateScreen Emulation.removeScreen Emulation.setPrimaryScreen
    HeadlessExperimental.*`,
  ),
  of(
    'there are no extensions and no installed apps',
    'Extensions.* PWA.* Page.getSubApps Page.getSiblingSubApps',
  ),
  of('nobody has stored anything in this browser', 'Autofill.*'),
  of(
    'it is part of no page’s own work',
    `Ads.* BackgroundService.* CrashReportContext.* DigitalCredentials.* FedCm.*
    Network.deleteDeviceBoundSession Network.enableDeviceBoundSessions Network.fetchSchemefulSite
    Page.getAnnotatedPageContent Storage.clearPrivateVerificationTokens Storage.clearTrustTokens
    Storage.deletePrivateVerificationToken Storage.getPrivateVerificationTokens
    Storage.getPrivateVerificationTokensIssuerConfigs Storage.getTrustTokens
    Storage.setPrivateVerificationTokensTracking`,
  ),
  of('pages are not asked for tools', 'WebMCP.disable WebMCP.invokeTool WebMCP.cancelInvocation'),
];

const reasons = new Map(refusals.flatMap(({ why, methods }) => methods.map((name) => [name, why])));

/** Why a method without a row is refused; `undefined` for one that the list does not name. */
export function whyRefused(method: string): string | undefined {
  return reasons.get(method) ?? reasons.get(`${method.split('.', 1)[0] ?? ''}.*`);
}
