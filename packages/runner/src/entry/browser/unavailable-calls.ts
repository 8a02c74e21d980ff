/** Why calls of Puppeteer's are not available, by class: the words of the guide's table. */
export const reasons: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Page: {
    screencast: 'needs ffmpeg on the disk',
    record: "writes files of the browser's",
    openDevTools: 'a page with more rights than pages have',
    waitForDevicePrompt: 'there are no devices',
    triggerExtensionAction: 'there are no extensions',
  },
  Tracing: { start: 'sees all of Chromium', stop: 'sees all of Chromium' },
  Browser: {
    installExtension: 'code with more rights than pages have, from a disk',
    uninstallExtension: 'there are no extensions',
    installPWA: 'writes outside of the page',
    uninstallPWA: 'nothing is installed',
    launchPWA: 'nothing is installed',
    getPWAState: 'nothing is installed',
    addScreen: 'there is one screen',
    removeScreen: 'there is one screen',
  },
  ElementHandle: { autofill: 'reads what a person has stored' },
};
