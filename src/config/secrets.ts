// Secrets come from files or from the environment, never from the configuration file itself, and
// are never printed: what is printed is where they came from.

/** Where the file says that a secret is found. */
export type SecretOrigin =
  | { readonly from: 'file'; readonly path: string }
  | { readonly from: 'environment'; readonly name: string };

/** What reading a secret gave: the secret, or why there is none. */
export type SecretOutcome = { readonly secret: string } | { readonly fault: string };

export type SecretSource = (origin: SecretOrigin) => SecretOutcome;
