import { Login } from '../../../src/client/operations.js';
import { ADMIN, type TestPlatform } from '../platform.js';

export interface TextDocument {
  readonly title: string;
  readonly tags?: string;
  readonly content: string;
}

/** Uploads a text for a tenant, by whoever made it. Returns the document's id. */
export const uploadText = async (
  { admin, url }: Pick<TestPlatform, 'admin' | 'url'>,
  tenantId: string,
  { title, tags = '', content }: TextDocument,
): Promise<string> => {
  const { login } = await admin.request(Login, { input: { ...ADMIN, tenantId } });
  const form = new FormData();
  form.set('file', new File([content], `${title}.txt`, { type: 'text/plain' }));
  form.set('title', title);
  form.set('tags', tags);
  const headers = { authorization: `Bearer ${login.accessToken}` };
  const response = await fetch(`${url}/upload/knowledge`, { method: 'POST', headers, body: form });
  if (response.status !== 201) throw new Error(`${response.status}: ${await response.text()}`);
  const { document } = (await response.json()) as { readonly document: { readonly id: string } };
  return document.id;
};
