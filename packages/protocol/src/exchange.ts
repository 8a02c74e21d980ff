/** A request over HTTP as the script that answers it gets it. */
export interface RequestHead {
  /** Such as `GET`. */
  readonly method: string;
  /** Absolute. */
  readonly url: string;
  /** Names in lower case; several pairs may have one name. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Whether a body follows; one of no bytes may. */
  readonly hasBody: boolean;
}

/**
 * Calls, as of helpers, with which a run answers a request; no helper can have such a name.
 *
 *     open(onLeft)                          onLeft is called once, when the client has left
 *     read()                                the next piece of the request's body; undefined at its end
 *     respond(status, statusText, headers)  before the first piece of the body
 *     write(bytes)                          answered when the client can take more
 *     end()                                 the answer is whole
 */
export const exchangeCalls = {
  open: 'http:open',
  read: 'http:read',
  respond: 'http:respond',
  write: 'http:write',
  end: 'http:end',
} as const;
