import type { ConversationSettings } from './state.js';
import { hasWords } from './words.js';

type Opening = Pick<ConversationSettings, 'greeting' | 'recordingConsent'>;

/** What is said first: that the call is recorded, where that must be said, and the greeting. */
export const openingOf = ({ greeting, recordingConsent }: Opening): string =>
  [recordingConsent.trim(), greeting].filter(hasWords).join(' ');

/** The consent sentence, for the event of the opening's beginning; nothing where there is none. */
export const consentSaid = ({ recordingConsent }: Opening): { readonly recordingConsent?: string } =>
  hasWords(recordingConsent) ? { recordingConsent: recordingConsent.trim() } : {};

/** Whether the caller heard it to its end, for the event of the opening's end: it stands first in what was heard. */
export const consentHeard = (
  { recordingConsent }: Opening,
  heardText: string,
): { readonly recordingConsentHeard?: boolean } =>
  hasWords(recordingConsent)
    ? { recordingConsentHeard: countWords(heardText) >= countWords(recordingConsent) }
    : {};

const countWords = (text: string): number => text.match(/\S+/g)?.length ?? 0;
