import * as is from './rules.ts';
import { documents, large, pages, row, rows, type Rows } from './row.ts';

const browserAndPages = ['browser', 'page'] as const;
const context = { browserContextId: is.context };

/** What pages of the run have stored, each in the context of its own page. */
export const storageRows: Rows = {
  'Storage.getCookies': row(browserAndPages, '', context),
  'Storage.setCookies': large(row(browserAndPages, 'cookies', context)),
  'Storage.clearCookies': row(browserAndPages, '', context),
  ...rows(documents, {
    'Storage.getStorageKey': 'frameId',
    'Storage.getStorageKeyForFrame': 'frameId',
    'Storage.clearDataForOrigin': 'origin storageTypes',
    'Storage.clearDataForStorageKey': 'storageKey storageTypes',
    'Storage.getUsageAndQuota': 'origin',
    'Storage.trackCacheStorageForOrigin': 'origin',
    'Storage.trackCacheStorageForStorageKey': 'storageKey',
    'Storage.trackIndexedDBForOrigin': 'origin',
    'Storage.trackIndexedDBForStorageKey': 'storageKey',
    'Storage.untrackCacheStorageForOrigin': 'origin',
    'Storage.untrackCacheStorageForStorageKey': 'storageKey',
    'Storage.untrackIndexedDBForOrigin': 'origin',
    'Storage.untrackIndexedDBForStorageKey': 'storageKey',
    'Storage.setStorageBucketTracking': 'storageKey enable',
    'Storage.deleteStorageBucket': 'bucket',
    'DOMStorage.enable': '',
    'DOMStorage.disable': '',
    'DOMStorage.clear': 'storageId',
    'DOMStorage.getDOMStorageItems': 'storageId',
    'DOMStorage.removeDOMStorageItem': 'storageId key',
    'IndexedDB.enable': '',
    'IndexedDB.disable': '',
    'IndexedDB.clearObjectStore':
      'securityOrigin storageKey storageBucket databaseName objectStoreName',
    'IndexedDB.deleteDatabase': 'securityOrigin storageKey storageBucket databaseName',
    'IndexedDB.deleteObjectStoreEntries':
      'securityOrigin storageKey storageBucket databaseName objectStoreName keyRange',
    'IndexedDB.getMetadata': 'securityOrigin storageKey storageBucket databaseName objectStoreName',
    'IndexedDB.requestData':
      'securityOrigin storageKey storageBucket databaseName objectStoreName indexName skipCount pageSize keyRange',
    'IndexedDB.requestDatabase': 'securityOrigin storageKey storageBucket databaseName',
    'IndexedDB.requestDatabaseNames': 'securityOrigin storageKey storageBucket',
    'CacheStorage.deleteCache': 'cacheId',
    'CacheStorage.deleteEntry': 'cacheId request',
    'CacheStorage.requestCacheNames': 'securityOrigin storageKey storageBucket',
    'CacheStorage.requestCachedResponse': 'cacheId requestURL requestHeaders',
    'CacheStorage.requestEntries': 'cacheId skipCount pageSize pathFilter',
  }),
  'Storage.overrideQuotaForOrigin': row(documents, 'origin', { quotaSize: is.quota }),
  'DOMStorage.setDOMStorageItem': large(row(documents, 'storageId key value')),
  ...rows(pages, {
    'ServiceWorker.enable': '',
    'ServiceWorker.disable': '',
    'ServiceWorker.deliverPushMessage': 'origin registrationId data',
    'ServiceWorker.dispatchPeriodicSyncEvent': 'origin registrationId tag',
    'ServiceWorker.dispatchSyncEvent': 'origin registrationId tag lastChance',
    'ServiceWorker.setForceUpdateOnPageLoad': 'forceUpdateOnPageLoad',
    'ServiceWorker.skipWaiting': 'scopeURL',
    'ServiceWorker.startWorker': 'scopeURL',
    'ServiceWorker.stopAllWorkers': '',
    'ServiceWorker.stopWorker': 'versionId',
    'ServiceWorker.unregister': 'scopeURL',
    'ServiceWorker.updateRegistration': 'scopeURL',
  }),
};
