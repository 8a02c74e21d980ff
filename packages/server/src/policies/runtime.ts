/** A named, dated set of packages, as `GET /v1/runtimes` shows it. */
export interface RuntimeSummary {
  readonly name: string;
  readonly packages: readonly { readonly name: string; readonly version: string }[];
}
