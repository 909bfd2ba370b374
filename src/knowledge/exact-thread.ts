import { parentPort } from 'node:worker_threads';
import type { ExactAnswer, ExactMessage, ExactSearch } from './exact-messages.js';
import type { VectorHit } from './vector-index.js';

/** Each document's vectors, one behind the other. */
const tenants = new Map<string, Map<string, Float32Array>>();

const search = ({ tenantId, documentIds, vector, limit, minScore }: ExactSearch): readonly VectorHit[] => {
  const documents = tenants.get(tenantId);
  let best: VectorHit[] = [];
  for (const documentId of documentIds) {
    const vectors = documents?.get(documentId) ?? new Float32Array();
    for (let chunk = 0; chunk * vector.length < vectors.length; chunk++) {
      const score = dot(vectors, chunk * vector.length, vector);
      if (score < minScore) continue;
      best.push({ documentId, chunk, score });
      // Sorting now and then is cheaper than keeping all, or keeping them in order.
      if (best.length > limit * 4 + 1_000) best = best.sort(byScore).slice(0, limit);
    }
  }
  return best.sort(byScore).slice(0, limit);
};

const dot = (vectors: Float32Array, from: number, vector: Float32Array): number => {
  let sum = 0;
  for (let n = 0; n < vector.length; n++) sum += (vectors[from + n] as number) * (vector[n] as number);
  return sum;
};

/** Equal scores in one order, so that the same question has the same answer. */
const byScore = (a: VectorHit, b: VectorHit): number =>
  b.score - a.score || a.documentId.localeCompare(b.documentId) || a.chunk - b.chunk;

const keep = (tenantId: string, documentId: string, vectors: Float32Array): void => {
  const documents = tenants.get(tenantId) ?? new Map<string, Float32Array>();
  tenants.set(tenantId, documents.set(documentId, vectors));
};

parentPort?.on('message', (message: ExactMessage) => {
  if (message.do === 'keep') keep(message.tenantId, message.documentId, message.vectors);
  else if (message.do === 'forget') tenants.get(message.tenantId)?.delete(message.documentId);
  else if (message.do === 'forget-tenant') tenants.delete(message.tenantId);
  else parentPort?.postMessage({ id: message.id, hits: search(message) } satisfies ExactAnswer);
});
