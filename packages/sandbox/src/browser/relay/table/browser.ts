import * as is from './rules.ts';
import { nothing, type Row, row, type Rows, sessionTypes, withUrl } from './row.ts';

const browser = ['browser'] as const;
const browserAndPages = ['browser', 'page'] as const;

const downloads = 'downloads become artifacts of the run; in full Node they are put there, too';
const context = { browserContextId: is.context };

/** The browser as a whole: what concerns the run's own pages and contexts, and nothing of Chromium itself. */
export const browserRows: Rows = {
  'Browser.getVersion': row(browserAndPages),
  'Browser.close': nothing('Chromium ends with the run', row(browser)),
  'Browser.setDownloadBehavior': nothing(
    downloads,
    row(browserAndPages, 'behavior browserContextId downloadPath eventsEnabled'),
  ),
  'Page.setDownloadBehavior': nothing(downloads, row(['page'], 'behavior downloadPath')),
  'Browser.setDockTile': nothing('there is no dock', row(browser, 'badgeLabel image')),

  'Browser.grantPermissions': row(browserAndPages, 'origin permissions', context),
  'Browser.resetPermissions': row(browserAndPages, '', context),
  'Browser.setPermission': row(
    browserAndPages,
    'permission setting origin embeddedOrigin',
    context,
  ),

  'Browser.getWindowForTarget': row(browserAndPages, '', { targetId: is.target }),
  'Browser.getWindowBounds': row(browserAndPages, 'windowId'),
  'Browser.setWindowBounds': row(browserAndPages, 'windowId', { bounds: is.bounds }),
  'Browser.setContentsSize': row(browserAndPages, 'windowId', {
    width: is.length,
    height: is.length,
  }),
};

const createTarget: Row = withUrl(
  row(browser, 'left top windowState newWindow background forTab hidden focus', {
    url: is.page,
    browserContextId: is.context,
    width: is.length,
    height: is.length,
  }),
);

/** Targets: those of the run. The relay adds new ones as they appear. */
export const targetRows: Rows = {
  'Target.getBrowserContexts': row(browser),
  'Target.createBrowserContext': row(browser, 'disposeOnDetach', {
    proxyServer: is.dropped,
    proxyBypassList: is.dropped,
    originsWithUniversalNetworkAccess: is.dropped,
  }),
  'Target.disposeBrowserContext': row(browser, '', context),
  'Target.createTarget': createTarget,
  'Target.closeTarget': row(browser, '', { targetId: is.target }),
  'Target.activateTarget': row(browser, '', { targetId: is.target }),
  'Target.attachToBrowserTarget': row(browser),
  'Target.attachToTarget': row(browser, '', { targetId: is.target, flatten: is.alwaysTrue }),
  'Target.detachFromTarget': row(sessionTypes, '', {
    sessionId: is.session,
    targetId: is.target,
  }),
  'Target.getTargetInfo': row(browserAndPages, '', { targetId: is.target }),
  'Target.getTargets': row(browser, 'filter'),
  'Target.setDiscoverTargets': row(browser, 'discover filter'),
  'Target.setAutoAttach': row(sessionTypes, 'autoAttach waitForDebuggerOnStart filter', {
    flatten: is.alwaysTrue,
  }),
};
