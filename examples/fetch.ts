// Requests a web service:
// castellan run examples/fetch.ts --allow-host api.example.com --params '{"url":"https://api.example.com/"}'
interface Params {
  readonly url: string;
}

export default async function main({ url }: Params) {
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
  console.log(response.status, response.headers.get('content-type'));
  return response.headers.get('content-type')?.includes('json') ? response.json() : response.text();
}
