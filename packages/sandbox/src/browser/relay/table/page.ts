import * as is from './rules.ts';
import { documents, large, nothing, pages, row, rows, type Rows, withUrl } from './row.ts';

const navigation: Rows = {
  'Page.navigate': withUrl(
    row(documents, 'referrer transitionType frameId referrerPolicy', { url: is.page }),
  ),
  'Page.reload': large(row(pages, 'ignoreCache scriptToEvaluateOnLoad loaderId')),
  'Page.setDocumentContent': large(row(documents, 'frameId html')),
  ...rows(pages, {
    'Page.stopLoading': '',
    'Page.close': '',
    'Page.bringToFront': '',
    'Page.getNavigationHistory': '',
    'Page.navigateToHistoryEntry': 'entryId',
    'Page.resetNavigationHistory': '',
    'Page.handleJavaScriptDialog': 'accept promptText',
    'Page.setWebLifecycleState': 'state',
    'Page.setPrerenderingAllowed': 'isAllowed',
    'Page.waitForDebugger': '',
  }),
};

const pictures: Rows = {
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
  // The page as MHTML: what its frames have loaded already.
  'Page.captureSnapshot': row(pages, 'format'),
  'Page.startScreencast': row(
    pages,
    'format quality everyNthFrame maxFramesInFlight sendLastFrame',
    { maxWidth: is.length, maxHeight: is.length },
  ),
  'Page.stopScreencast': row(pages),
  'Page.screencastFrameAck': row(pages, 'sessionId'),
};

/** Scripts and settings of the page's documents. */
const settings: Rows = {
  'Page.addScriptToEvaluateOnNewDocument': large(
    row(documents, 'source worldName includeCommandLineAPI runImmediately'),
  ),
  'Page.addScriptToEvaluateOnLoad': large(row(documents, 'scriptSource')),
  ...rows(documents, {
    'Page.enable': 'enableFileChooserOpenedEvent',
    'Page.disable': '',
    'Page.removeScriptToEvaluateOnNewDocument': 'identifier',
    'Page.removeScriptToEvaluateOnLoad': 'identifier',
    'Page.createIsolatedWorld': 'frameId worldName grantUniveralAccess contentSecurityPolicy',
    'Page.setLifecycleEventsEnabled': 'enabled',
    'Page.setBypassCSP': 'enabled',
    'Page.setInterceptFileChooserDialog': 'enabled cancel',
    'Page.setAdBlockingEnabled': 'enabled',
    'Page.setFontFamilies': 'fontFamilies forScripts',
    'Page.setFontSizes': 'fontSizes',
    'Page.generateTestReport': 'message group',
  }),
};

/** What a page consists of. `url` names what a frame has loaded: nothing is fetched for it. */
const reads: Rows = {
  ...rows(documents, {
    'Page.getFrameTree': '',
    'Page.getLayoutMetrics': '',
    'Page.getResourceTree': '',
    'Page.getAdScriptAncestry': 'frameId',
    'Page.getPermissionsPolicyState': 'frameId',
    'Page.getOriginTrials': 'frameId',
    'Page.getAppManifest': 'manifestId',
    'Page.getInstallabilityErrors': '',
    'Page.getManifestIcons': '',
    'Page.getAppId': '',
  }),
  'Page.getResourceContent': withUrl(row(documents, 'frameId url')),
  'Page.searchInResource': withUrl(row(documents, 'frameId url query caseSensitive isRegex')),
};

/** Events about the page: nothing is changed by them. */
const observers: Rows = rows(documents, {
  'Inspector.enable': '',
  'Inspector.disable': '',
  'Preload.enable': '',
  'Preload.disable': '',
  'Media.enable': '',
  'Media.disable': '',
  'WebAudio.enable': '',
  'WebAudio.disable': '',
  'WebAudio.getRealtimeData': 'contextId',
  'PerformanceTimeline.enable': 'eventTypes',
  'Audits.enable': '',
  'Audits.disable': '',
  'Audits.checkFormsIssues': '',
  'Audits.getEncodedResponse': 'requestId encoding quality sizeOnly',
  'Schema.getDomains': '',
});

const agents: Rows = {
  // Puppeteer asks each page for tools for agents. There are none.
  'WebMCP.enable': nothing('pages are not asked for tools', row(documents)),
};

export const pageRows: Rows = {
  ...navigation,
  ...pictures,
  ...settings,
  ...reads,
  ...observers,
  ...agents,
};
