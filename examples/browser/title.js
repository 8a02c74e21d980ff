// A tutorial's script: launch() gives the browser of the run, and its options are ignored with a warning.
import puppeteer from 'puppeteer';

const browser = await puppeteer.launch({ headless: true });
const page = await browser.newPage();
await page.goto(params.url);
await page.screenshot({ path: 'home.png', fullPage: true });
const title = await page.title();
await browser.close();
return title;
