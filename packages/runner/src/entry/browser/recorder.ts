/** Takes the place of Puppeteer's class for screencasts. */
export function NoRecorder(): never {
  throw new Error('page.screencast() needs ffmpeg and is not available');
}
