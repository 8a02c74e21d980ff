import { URLPattern } from 'urlpattern-polyfill/urlpattern';

// A static member of the library's own that no standard has.
Reflect.deleteProperty(URLPattern, 'compareComponent');

export { URLPattern };
