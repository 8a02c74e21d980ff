/** Why a block of code in the docs is not run: what may stand in its `no-run=…`. */
export const noRun: Readonly<Record<string, string>> = {
  'needs-the-internet':
    'It asks a host that a test machine does not reach, or that does not exist.',
  'in-a-page':
    'It is the script of a web page; test/service/page.test.ts and test/browser-sandbox have some that run.',
  'needs-a-service':
    'It asks a service that is running; test/sdk/sdk.test.ts makes the same calls.',
  'installs-a-package':
    'It installs a package from npm; test/browser/node-engine/playwright.test.ts runs what it says.',
  'another-product': 'It is how the same is done with another product; the block below it is run.',
  'needs-docker':
    'It asks a Docker daemon; packages/sandbox/src/drivers/docker/docker.test.ts starts one.',
  'types-only': 'It shows types, of which nothing is left to run.',
};
