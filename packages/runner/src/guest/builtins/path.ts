/** `path` as on Linux; the working folder is `/`. There is no `path.win32`. */
import path from 'path-browserify';

const exported = { ...path, toNamespacedPath: (value: string): string => value };
export default Object.assign(exported, { posix: exported });
