import { Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { cors } from 'hono/cors';
import { streamText } from 'hono/streaming';

const teas = new Map([
  ['sencha', 4],
  ['assam', 3],
]);

const app = new Hono<{ Bindings: { readonly CURRENCY?: string } }>();

app.use('/api/*', cors({ origin: 'https://app.example' }));

app.get('/', (c) => c.html('<h1>Tea</h1>'));

app.get('/api/teas/:name', (c) => {
  const name = c.req.param('name');
  const price = teas.get(name);
  if (price === undefined) return c.json({ error: `There is no ${name}` }, 404);
  return c.json({ name, price, currency: c.env.CURRENCY ?? 'EUR' });
});

app.post('/orders', async (c) => {
  const { name, count } = await c.req.json<{ name: string; count: number }>();
  // The answer goes out at once; the run ends when this has ended too.
  c.executionCtx.waitUntil(Promise.resolve().then(() => console.log('ordered', count, name)));
  return c.json({ total: count * (teas.get(name) ?? 0) }, 201);
});

app.get('/visits', (c) => {
  const visits = Number(getCookie(c, 'visits') ?? 0) + 1;
  setCookie(c, 'visits', `${visits}`, { httpOnly: true });
  setCookie(c, 'theme', 'dark');
  return c.text(`${visits}`);
});

app.get('/menu', (c) =>
  streamText(c, async (stream) => {
    for (const [name, price] of teas) await stream.writeln(`${name} ${price}`);
  }),
);

app.get('/boom', () => {
  throw new Error('no milk');
});
app.onError((_error, c) => c.text('Sorry', 500));

export default app;
