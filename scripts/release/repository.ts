/** What the manifest of a published package says about where it comes from. */
export interface Place {
  readonly repository: { readonly type: 'git'; readonly url: string };
  readonly homepage: string;
  readonly bugs: { readonly url: string };
}

/**
 * Derives all addresses from the one in `repository` of the root's `package.json`, which is the only
 * place where it is written. Null while it is empty. Throws if it is no address of git over https.
 */
export function placeOf(repository: string): Place | null {
  if (repository === '') return null;
  const [, web] = /^git\+(https:\/\/[^/\s?#]+\/[^\s?#]+)\.git$/.exec(repository) ?? [];
  if (web === undefined) {
    throw new Error(
      `package.json: "repository" must look like git+https://HOST/OWNER/NAME.git, not ${JSON.stringify(repository)}.`,
    );
  }
  return {
    repository: { type: 'git', url: repository },
    homepage: `${web}#readme`,
    bugs: { url: `${web}/issues` },
  };
}
