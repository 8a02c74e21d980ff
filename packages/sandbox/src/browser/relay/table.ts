import { caps } from '@castellan/protocol/frames';
import * as is from './rules.ts';
import type { Rule } from './rules.ts';

/**
 * Kinds of sessions: the browser, a tab, a page, a frame in a process of its own, a worker. Sessions of
 * other kinds exist, but nothing is allowed on them.
 */
export type SessionType = 'browser' | 'tab' | 'page' | 'frame' | 'worker';

/** One allowed method: its sessions, and its parameters with their values. All others are refused. */
export interface Row {
  readonly sessions: readonly SessionType[];
  readonly parameters: Readonly<Record<string, Rule>>;
  /** The most characters of such a command. */
  readonly most: number;
  /** The relay answers it itself, without Chromium. */
  readonly answered?: 'nothing' | 'files';
}

/** Parameters without a rule of their own. */
const names = (list: string): Record<string, Rule> =>
  Object.fromEntries(
    list
      .split(' ')
      .filter(Boolean)
      .map((name) => [name, is.any]),
  );
const row = (
  sessions: readonly SessionType[],
  list = '',
  rules: Record<string, Rule> = {},
): Row => ({ sessions, parameters: { ...names(list), ...rules }, most: usual });

/** Characters of a command whose parameters are names, numbers and choices. */
const usual = 64 * 1_024;

/** A command that carries scripts, pages, bodies, or lists of a script's own. */
const large = (given: Row): Row => ({ ...given, most: caps.cdpCommand });

/** A command with a URL, which may be the data of a page. */
const withUrl = (given: Row): Row => ({ ...given, most: 8 * 2 ** 20 });

const browser = ['browser'] as const;
const pages = ['page'] as const;
const documents = ['page', 'frame'] as const;
const scripts = ['page', 'frame', 'worker'] as const;
const sessions = ['browser', 'tab', 'page', 'frame', 'worker'] as const;

/**
 * The allow-list of commands. Others are refused, with a line in the log. Left out on purpose: whatever
 * reads or writes files of the box, changes the proxy, inspects Chromium itself, or reaches targets that
 * are not pages.
 */
export const table: Readonly<Record<string, Row>> = {
  // The browser as a whole.
  'Browser.getVersion': row(browser),
  'Browser.close': { ...row(browser), answered: 'nothing' },
  'Browser.setDownloadBehavior': {
    ...row(browser, 'behavior browserContextId downloadPath eventsEnabled'),
    answered: 'nothing',
  },
  'Browser.grantPermissions': row(browser, 'origin permissions', { browserContextId: is.context }),
  'Browser.resetPermissions': row(browser, '', { browserContextId: is.context }),
  'Browser.setPermission': row(browser, 'permission setting origin embeddedOrigin', {
    browserContextId: is.context,
  }),
  'Browser.getWindowForTarget': row([...browser, ...pages], '', { targetId: is.target }),
  'Browser.getWindowBounds': row(browser, 'windowId'),
  'Browser.setWindowBounds': row(browser, 'windowId bounds'),
  'Browser.setContentsSize': row([...browser, ...pages], 'windowId', {
    width: is.length,
    height: is.length,
  }),

  // Targets. The relay allows new pages as they appear.
  'Target.getBrowserContexts': row(browser),
  'Target.createBrowserContext': row(browser, 'disposeOnDetach', {
    proxyServer: is.dropped,
    proxyBypassList: is.dropped,
    originsWithUniversalNetworkAccess: is.dropped,
  }),
  'Target.disposeBrowserContext': row(browser, '', { browserContextId: is.context }),
  'Target.createTarget': withUrl(
    row(browser, 'left top windowState newWindow background forTab hidden focus', {
      url: is.page,
      browserContextId: is.context,
      width: is.length,
      height: is.length,
    }),
  ),
  'Target.closeTarget': row(browser, '', { targetId: is.target }),
  'Target.activateTarget': row(browser, '', { targetId: is.target }),
  'Target.attachToTarget': row(browser, '', { targetId: is.target, flatten: is.alwaysTrue }),
  'Target.detachFromTarget': row(sessions, '', { sessionId: is.session, targetId: is.target }),
  'Target.getTargetInfo': row([...browser, ...pages], '', { targetId: is.target }),
  'Target.getTargets': row(browser, 'filter'),
  'Target.setDiscoverTargets': row(browser, 'discover filter'),
  'Target.setAutoAttach': row(sessions, 'autoAttach waitForDebuggerOnStart filter', {
    flatten: is.alwaysTrue,
  }),

  // Cookies and storage of the run's own browser.
  'Storage.getCookies': row([...browser, ...pages], '', { browserContextId: is.context }),
  'Storage.setCookies': large(
    row([...browser, ...pages], 'cookies', { browserContextId: is.context }),
  ),
  'Storage.clearCookies': row([...browser, ...pages], '', { browserContextId: is.context }),
  'Storage.clearDataForOrigin': row(pages, 'origin storageTypes'),
  'Storage.getUsageAndQuota': row(pages, 'origin'),

  // Documents.
  'Page.enable': row(documents, 'enableFileChooserOpenedEvent'),
  'Page.disable': row(documents),
  'Page.navigate': withUrl(
    row(pages, 'referrer transitionType frameId referrerPolicy', { url: is.page }),
  ),
  'Page.reload': row(pages, 'ignoreCache scriptToEvaluateOnLoad loaderId'),
  'Page.stopLoading': row(pages),
  'Page.close': row(pages),
  'Page.bringToFront': row(pages),
  'Page.getFrameTree': row(documents),
  'Page.getLayoutMetrics': row(documents),
  'Page.getNavigationHistory': row(pages),
  'Page.navigateToHistoryEntry': row(pages, 'entryId'),
  'Page.resetNavigationHistory': row(pages),
  'Page.setDocumentContent': large(row(documents, 'frameId html')),
  'Page.setLifecycleEventsEnabled': row(documents, 'enabled'),
  'Page.setBypassCSP': row(documents, 'enabled'),
  'Page.setInterceptFileChooserDialog': row(documents, 'enabled cancel'),
  'Page.handleJavaScriptDialog': row(pages, 'accept promptText'),
  'Page.createIsolatedWorld': row(documents, 'frameId worldName grantUniveralAccess'),
  'Page.addScriptToEvaluateOnNewDocument': large(
    row(documents, 'source worldName includeCommandLineAPI runImmediately'),
  ),
  'Page.removeScriptToEvaluateOnNewDocument': row(documents, 'identifier'),
  'Page.captureScreenshot': row(
    documents,
    'format quality fromSurface captureBeyondViewport optimizeForSpeed',
    { clip: is.clip },
  ),
  'Page.printToPDF': large(
    row(
      pages,
      'landscape displayHeaderFooter printBackground scale paperWidth paperHeight marginTop marginBottom marginLeft marginRight pageRanges headerTemplate footerTemplate preferCSSPageSize transferMode generateTaggedPDF generateDocumentOutline',
    ),
  ),
  'Page.startScreencast': row(pages, 'format quality everyNthFrame', {
    maxWidth: is.length,
    maxHeight: is.length,
  }),
  'Page.stopScreencast': row(pages),
  'Page.screencastFrameAck': row(pages, 'sessionId'),

  // Scripts.
  'Runtime.enable': row(scripts),
  'Runtime.disable': row(scripts),
  'Runtime.runIfWaitingForDebugger': row(['tab', ...scripts]),
  'Runtime.evaluate': large(
    row(
      scripts,
      'expression objectGroup includeCommandLineAPI silent contextId returnByValue generatePreview userGesture awaitPromise throwOnSideEffect timeout disableBreaks replMode allowUnsafeEvalBlockedByCSP uniqueContextId serializationOptions',
    ),
  ),
  'Runtime.callFunctionOn': large(
    row(
      scripts,
      'functionDeclaration objectId arguments silent returnByValue generatePreview userGesture awaitPromise executionContextId objectGroup throwOnSideEffect uniqueContextId serializationOptions',
    ),
  ),
  'Runtime.awaitPromise': row(scripts, 'promiseObjectId returnByValue generatePreview'),
  'Runtime.getProperties': row(
    scripts,
    'objectId ownProperties accessorPropertiesOnly generatePreview nonIndexedPropertiesOnly',
  ),
  'Runtime.releaseObject': row(scripts, 'objectId'),
  'Runtime.releaseObjectGroup': row(scripts, 'objectGroup'),
  'Runtime.queryObjects': row(scripts, 'prototypeObjectId objectGroup'),
  'Runtime.addBinding': row(scripts, 'name executionContextId executionContextName'),
  'Runtime.removeBinding': row(scripts, 'name'),
  'Runtime.terminateExecution': row(scripts),
  'Runtime.getHeapUsage': row(scripts),
  'Runtime.globalLexicalScopeNames': row(scripts, 'executionContextId'),
  'Log.enable': row(scripts),
  'Log.disable': row(scripts),
  'Log.clear': row(scripts),

  // The document's tree.
  'DOM.enable': row(documents, 'includeWhitespace'),
  'DOM.disable': row(documents),
  'DOM.getDocument': row(documents, 'depth pierce'),
  'DOM.getFlattenedDocument': row(documents, 'depth pierce'),
  'DOM.describeNode': row(documents, 'nodeId backendNodeId objectId depth pierce'),
  'DOM.resolveNode': row(documents, 'nodeId backendNodeId objectGroup executionContextId'),
  'DOM.requestNode': row(documents, 'objectId'),
  'DOM.requestChildNodes': row(documents, 'nodeId depth pierce'),
  'DOM.querySelector': row(documents, 'nodeId selector'),
  'DOM.querySelectorAll': row(documents, 'nodeId selector'),
  'DOM.getFrameOwner': row(documents, 'frameId'),
  'DOM.getAttributes': row(documents, 'nodeId'),
  'DOM.getOuterHTML': row(documents, 'nodeId backendNodeId objectId includeShadowDOM'),
  'DOM.getBoxModel': row(documents, 'nodeId backendNodeId objectId'),
  'DOM.getContentQuads': row(documents, 'nodeId backendNodeId objectId'),
  'DOM.getNodeForLocation': row(documents, 'x y includeUserAgentShadowDOM ignorePointerEventsNone'),
  'DOM.scrollIntoViewIfNeeded': row(documents, 'nodeId backendNodeId objectId rect'),
  'DOM.focus': row(documents, 'nodeId backendNodeId objectId'),
  'DOM.performSearch': row(documents, 'query includeUserAgentShadowDOM'),
  'DOM.getSearchResults': row(documents, 'searchId fromIndex toIndex'),
  'DOM.discardSearchResults': row(documents, 'searchId'),
  'DOM.setFileInputFiles': {
    ...row(documents, 'files nodeId backendNodeId objectId'),
    answered: 'files',
  },
  'DOMSnapshot.captureSnapshot': row(
    documents,
    'computedStyles includePaintOrder includeDOMRects includeBlendedBackgroundColors includeTextColorOpacities',
  ),
  'CSS.enable': row(documents),
  'CSS.disable': row(documents),
  'CSS.getComputedStyleForNode': row(documents, 'nodeId'),
  'CSS.getMatchedStylesForNode': row(documents, 'nodeId'),
  'CSS.getStyleSheetText': row(documents, 'styleSheetId'),
  'CSS.startRuleUsageTracking': row(documents),
  'CSS.stopRuleUsageTracking': row(documents),
  'CSS.takeCoverageDelta': row(documents),
  'Accessibility.enable': row(documents),
  'Accessibility.disable': row(documents),
  'Accessibility.getFullAXTree': row(documents, 'depth frameId'),
  'Accessibility.getPartialAXTree': row(documents, 'nodeId backendNodeId objectId fetchRelatives'),
  'Accessibility.getRootAXNode': row(documents, 'frameId'),
  'Accessibility.queryAXTree': row(documents, 'nodeId backendNodeId objectId accessibleName role'),

  // Requests of pages. They go through the gateway in any case.
  'Network.enable': row(
    scripts,
    'maxTotalBufferSize maxResourceBufferSize maxPostDataSize reportDirectSocketTraffic enableDurableMessages',
  ),
  'Network.disable': row(scripts),
  'Network.setCacheDisabled': row(scripts, 'cacheDisabled'),
  'Network.setBypassServiceWorker': row(documents, 'bypass'),
  'Network.setExtraHTTPHeaders': row(scripts, 'headers'),
  'Network.setUserAgentOverride': row(
    scripts,
    'userAgent acceptLanguage platform userAgentMetadata',
  ),
  'Network.setBlockedURLs': large(row(scripts, 'urls urlPatterns')),
  'Network.emulateNetworkConditions': row(
    scripts,
    'offline latency downloadThroughput uploadThroughput connectionType packetLoss packetQueueLength packetReordering',
  ),
  'Network.emulateNetworkConditionsByRule': row(
    scripts,
    'offline matchedNetworkConditions emulateOfflineServiceWorker',
  ),
  'Network.overrideNetworkState': row(
    scripts,
    'offline latency downloadThroughput uploadThroughput connectionType',
  ),
  'Network.getCookies': row(documents, 'urls'),
  'Network.setCookie': row(
    documents,
    'name value url domain path secure httpOnly sameSite expires priority sourceScheme sourcePort partitionKey',
  ),
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
  'Network.clearBrowserCookies': row(documents),
  'Network.clearBrowserCache': row(documents),
  'Network.getRequestPostData': row(scripts, 'requestId'),
  'Network.getResponseBody': row(scripts, 'requestId'),
  'Fetch.enable': row(scripts, 'patterns handleAuthRequests'),
  'Fetch.disable': row(scripts),
  'Fetch.continueRequest': large(
    row(scripts, 'requestId method postData headers interceptResponse', {
      url: is.request,
    }),
  ),
  'Fetch.continueResponse': row(
    scripts,
    'requestId responseCode responsePhrase responseHeaders binaryResponseHeaders',
  ),
  'Fetch.continueWithAuth': row(scripts, 'requestId authChallengeResponse'),
  'Fetch.failRequest': row(scripts, 'requestId errorReason'),
  'Fetch.fulfillRequest': large(
    row(
      scripts,
      'requestId responseCode responseHeaders binaryResponseHeaders body responsePhrase',
    ),
  ),
  'Fetch.getResponseBody': row(scripts, 'requestId'),
  'Fetch.takeResponseBodyAsStream': row(scripts, 'requestId'),
  'IO.read': row(documents, 'offset size', { handle: is.stream }),
  'IO.close': row(documents, '', { handle: is.stream }),

  // User input and emulation.
  'Input.dispatchKeyEvent': row(
    pages,
    'type modifiers timestamp text unmodifiedText keyIdentifier code key windowsVirtualKeyCode nativeVirtualKeyCode autoRepeat isKeypad isSystemKey location commands',
  ),
  'Input.dispatchMouseEvent': row(
    pages,
    'type x y modifiers timestamp button buttons clickCount force tangentialPressure tiltX tiltY twist deltaX deltaY pointerType',
  ),
  'Input.dispatchTouchEvent': row(pages, 'type touchPoints modifiers timestamp'),
  'Input.dispatchDragEvent': large(row(pages, 'type x y modifiers', { data: is.dragged })),
  'Input.setInterceptDrags': row(pages, 'enabled'),
  'Input.setIgnoreInputEvents': row(pages, 'ignore'),
  'Input.insertText': large(row(pages, 'text')),
  'Input.imeSetComposition': row(
    pages,
    'text selectionStart selectionEnd replacementStart replacementEnd',
  ),
  'Input.cancelDragging': row(pages),
  'Emulation.setDeviceMetricsOverride': row(
    documents,
    'mobile scale screenWidth screenHeight positionX positionY dontSetVisibleSize screenOrientation displayFeature devicePosture scrollbarType viewport screenOrientationLockEmulation',
    { width: is.length, height: is.length, deviceScaleFactor: is.scale },
  ),
  'Emulation.clearDeviceMetricsOverride': row(documents),
  'Emulation.setTouchEmulationEnabled': row(documents, 'enabled maxTouchPoints'),
  'Emulation.setEmitTouchEventsForMouse': row(documents, 'enabled configuration'),
  'Emulation.setEmulatedMedia': row(documents, 'media features'),
  'Emulation.setEmulatedVisionDeficiency': row(documents, 'type'),
  'Emulation.setDefaultBackgroundColorOverride': row(documents, 'color'),
  'Emulation.setCPUThrottlingRate': row(documents, 'rate'),
  'Emulation.setTimezoneOverride': row(scripts, 'timezoneId'),
  'Emulation.setLocaleOverride': row(scripts, 'locale'),
  'Emulation.setUserAgentOverride': row(
    scripts,
    'userAgent acceptLanguage platform userAgentMetadata',
  ),
  'Emulation.setGeolocationOverride': row(
    documents,
    'latitude longitude accuracy altitude altitudeAccuracy heading speed',
  ),
  'Emulation.clearGeolocationOverride': row(documents),
  'Emulation.setIdleOverride': row(documents, 'isUserActive isScreenUnlocked'),
  'Emulation.clearIdleOverride': row(documents),
  'Emulation.setFocusEmulationEnabled': row(documents, 'enabled'),
  'Emulation.setScriptExecutionDisabled': row(documents, 'value'),
  'Emulation.setScrollbarsHidden': row(documents, 'hidden'),
  'Emulation.getScreenInfos': row([...browser, ...pages]),

  // Debugging and profiling.
  'Performance.enable': row(documents, 'timeDomain'),
  'Performance.disable': row(documents),
  'Performance.getMetrics': row(documents),
  'Profiler.enable': row(scripts),
  'Profiler.disable': row(scripts),
  'Profiler.startPreciseCoverage': row(scripts, 'callCount detailed allowTriggeredUpdates'),
  'Profiler.stopPreciseCoverage': row(scripts),
  'Profiler.takePreciseCoverage': row(scripts),
  'Debugger.enable': row(scripts, 'maxScriptsCacheSize'),
  'Debugger.disable': row(scripts),
  'Debugger.setSkipAllPauses': row(scripts, 'skip'),
  'Debugger.getScriptSource': row(scripts, 'scriptId'),
  'HeapProfiler.enable': row(scripts),
  'HeapProfiler.disable': row(scripts),
  'HeapProfiler.collectGarbage': row(scripts),
  'HeapProfiler.takeHeapSnapshot': row(
    scripts,
    'reportProgress captureNumericValue exposeInternals',
  ),
  'Animation.enable': row(documents),
  'Animation.disable': row(documents),
  'Animation.getPlaybackRate': row(documents),
  'Animation.setPlaybackRate': row(documents, 'playbackRate'),
  // Puppeteer asks each page for tools for agents. There are none.
  'WebMCP.enable': { ...row(documents), answered: 'nothing' },
  'Audits.enable': row(documents),
  'Audits.disable': row(documents),
};

/** The most characters of a command; of one that is not allowed, as many as of a small one. */
export function mostOf(method: string): number {
  return (Object.hasOwn(table, method) ? table[method]?.most : undefined) ?? usual;
}
