// A script from a tutorial: launch() returns the browser of the run, and ignores its options with a
// warning.
import puppeteer from 'puppeteer';

const browser = await puppeteer.launch({ headless: true });
const page = await browser.newPage();
await page.goto(params.url);
await page.screenshot({ path: 'home.png', fullPage: true });
const title = await page.title();
await browser.close();
return title;
