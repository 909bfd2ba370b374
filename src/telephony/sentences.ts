import type { RejectReason } from '../domain/call/vocabulary.js';
import { byLanguage } from '../domain/language.js';
import type { SayLanguage } from './twiml.js';

/** What a caller hears instead of an agent, and how Twilio is to pronounce it. */
interface Sentences extends Readonly<Record<RejectReason, string>> {
  readonly say: SayLanguage;
  /** The media stream broke again and again. */
  readonly lineBroken: string;
}

const sentences = {
  en: {
    say: 'en-US',
    unknown_number: 'The number you have called is not in service. Goodbye.',
    number_unassigned: 'Nobody answers at this number yet. Please try again later. Goodbye.',
    agent_unpublished: 'The assistant at this number is not ready yet. Please try again later. Goodbye.',
    agent_disabled:
      'The assistant at this number is switched off at the moment. Please try again later. Goodbye.',
    tenant_inactive: 'The service at this number is not active. Goodbye.',
    tenant_suspended: 'The service at this number is suspended. Goodbye.',
    busy: 'All our lines are busy. Please try again in a few minutes. Goodbye.',
    lineBroken: 'I am sorry, the connection keeps breaking. Please call again. Goodbye.',
  },
  de: {
    say: 'de-DE',
    unknown_number: 'Die gewählte Rufnummer ist nicht vergeben. Auf Wiederhören.',
    number_unassigned:
      'Unter dieser Nummer meldet sich noch niemand. Bitte versuchen Sie es später. Auf Wiederhören.',
    agent_unpublished:
      'Der Assistent unter dieser Nummer ist noch nicht bereit. Bitte versuchen Sie es später. Auf Wiederhören.',
    agent_disabled:
      'Der Assistent unter dieser Nummer ist zurzeit ausgeschaltet. Bitte versuchen Sie es später. Auf Wiederhören.',
    tenant_inactive: 'Der Dienst unter dieser Nummer ist nicht aktiv. Auf Wiederhören.',
    tenant_suspended: 'Der Dienst unter dieser Nummer ist gesperrt. Auf Wiederhören.',
    busy: 'Alle Leitungen sind belegt. Bitte versuchen Sie es in ein paar Minuten wieder. Auf Wiederhören.',
    lineBroken:
      'Die Verbindung bricht leider immer wieder ab. Bitte rufen Sie noch einmal an. Auf Wiederhören.',
  },
} as const satisfies Readonly<Record<string, Sentences>>;

/** By BCP 47 tag; English where the language has none yet. */
export const sentencesOf = (language: string): Sentences => byLanguage<Sentences>(sentences, language);
