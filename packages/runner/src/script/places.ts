import { pathToFileURL } from 'node:url';

/** The folder of the script's files in Node's eyes. It does not exist: they are in memory only. */
export const scriptRoot = '/script/';
/** The same as a URL. */
const scriptUrl = 'file:///script/';

export function urlOf(file: string): string {
  return pathToFileURL(scriptRoot + file).href;
}

/** The name of the script's file that a URL or a path would mean; undefined for others. */
export function fileOf(place: string): string | undefined {
  if (place.startsWith(scriptRoot)) return place.slice(scriptRoot.length);
  if (!place.startsWith(scriptUrl)) return undefined;
  try {
    return decodeURIComponent(place.slice(scriptUrl.length).replace(/[?#].*$/, ''));
  } catch {
    return undefined;
  }
}

/** The text of a stack with the script's files under the names that the user gave them. */
export function withoutRoot(text: string): string {
  return text.replaceAll(scriptUrl, '').replaceAll(/(?<=^|[\s(])\/script\//g, '');
}

/** Whether a file is none of the script's: Node's, the runner's in `folder`, or a package's. */
export function isOurs(file: string, folder: string): boolean {
  return (
    file.startsWith('node:') ||
    file.startsWith('castellan:') ||
    file.startsWith(folder) ||
    file.includes('/node_modules/')
  );
}
