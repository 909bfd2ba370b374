/** What is `undefined` is found by Google's libraries themselves: on Google's machines the credentials, too. */
export interface GoogleAccount {
  /** The JSON of a service account's key. */
  readonly keyFile?: string | undefined;
  readonly projectId?: string | undefined;
  /** Of a region: `https://eu-speech.googleapis.com`. */
  readonly endpoint?: string | undefined;
}

/** As Google's clients take it. */
export const clientOptions = ({ keyFile, projectId, endpoint }: GoogleAccount) => ({
  ...(keyFile && { keyFilename: keyFile }),
  ...(projectId && { projectId }),
  ...(endpoint && addressOf(endpoint)),
});

const addressOf = (endpoint: string): { readonly apiEndpoint: string; readonly port?: number } => {
  const { hostname, port } = new URL(endpoint);
  return { apiEndpoint: hostname, ...(port !== '' && { port: Number(port) }) };
};
