// Fills in a form, follows the redirect, and returns the message for a wrong password.
async function signIn(name, password) {
  await page.goto(`${params.url}login`);
  await page.locator('[name=name]').fill(name);
  await page.locator('[name=password]').fill(password);
  await Promise.all([page.waitForNavigation(), page.click('button')]);
  return page.$eval('h1', (heading) => heading.textContent);
}

const refused = await signIn(params.name, 'guess');
const greeting = await signIn(params.name, params.password);
const cookies = await browser.cookies();
return { refused, greeting, cookies: cookies.map(({ name, httpOnly }) => ({ name, httpOnly })) };
