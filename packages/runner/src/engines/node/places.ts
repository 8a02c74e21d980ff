import { pathToFileURL } from 'node:url';

/** Where the script's files seem to lie. There is no such folder: they exist in memory only. */
export const scriptRoot = '/script/';
const scriptUrl = 'file:///script/';

export function urlOf(file: string): string {
  return pathToFileURL(scriptRoot + file).href;
}

/** The script's file behind a URL or a path, as far as it may be one. */
export function fileOf(place: string): string | undefined {
  if (place.startsWith(scriptRoot)) return place.slice(scriptRoot.length);
  if (!place.startsWith(scriptUrl)) return undefined;
  try {
    return decodeURIComponent(place.slice(scriptUrl.length).replace(/[?#].*$/, ''));
  } catch {
    return undefined;
  }
}

/** Text of a stack with the script's files as the user calls them. */
export function withoutRoot(text: string): string {
  return text.replaceAll(scriptUrl, '').replaceAll(/(?<=[\s(])\/script\//g, '');
}
