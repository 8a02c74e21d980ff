// Puppeteer loads the page, cheerio reads its markup: handy where there is much to pick out.
import * as cheerio from 'cheerio';

await page.goto(`${params.url}prices`);
const $ = cheerio.load(await page.content());
return $('tr')
  .toArray()
  .map((row) => $(row).find('td').first().text().trim());
