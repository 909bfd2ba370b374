import { z } from 'zod';
import { personal } from '../event.js';
import { LANGUAGE_TAG } from '../language.js';

/** The longest prompt: about 8,000 tokens, and far below the ledger's 1 MiB an append. */
const MAX_PROMPT_CHARS = 32_000;

/** What a version of an agent says: each field is stored in `AgentVersionDrafted`, so a new one is optional. */
export const agentSettingsShape = {
  /** BCP 47: `en`, `de-AT`. */
  language: z.string().regex(LANGUAGE_TAG),
  /** Said first; empty: the agent waits for the caller. */
  greeting: personal(z.string().max(2000)),
  systemPrompt: personal(z.string().max(MAX_PROMPT_CHARS)),
  speechToText: z.strictObject({ provider: z.string(), model: z.string().nullable() }),
  languageModel: z.strictObject({
    provider: z.string(),
    model: z.string().nullable(),
    temperature: z.number().min(0).max(2).nullable(),
    maxTokens: z.int().min(1).max(32_000).nullable(),
  }),
  textToSpeech: z.strictObject({
    provider: z.string(),
    model: z.string().nullable(),
    voice: z.string().nullable(),
  }),
  /** Nothing said for so long after the agent spoke: the call ends. Half-way the agent asks. */
  silenceTimeoutMs: z.int().min(4_000).max(600_000),
  maxDurationMs: z
    .int()
    .min(10_000)
    .max(4 * 3_600_000),
};

const settingsSchema = z.object(agentSettingsShape);

/** The texts are `null` once the tenant is erased. */
export type AgentSettings = Readonly<z.infer<typeof settingsSchema>>;
