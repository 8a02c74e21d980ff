// Four clients request one address, all through the gateway: only hosts that the operator allows.
import axios from 'axios';
import { once } from 'node:events';
import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import { request } from 'undici';

export default async function main({ url }) {
  const [response] = await once(get(url), 'response');
  return {
    http: await text(response),
    axios: (await axios.get(url, { responseType: 'text' })).data,
    undici: await (await request(url)).body.text(),
    fetch: await (await fetch(url)).text(),
    elsewhere: await fetch('http://169.254.169.254/').then(
      () => 'reached',
      ({ cause }) => `refused: ${cause.message}`,
    ),
  };
}
