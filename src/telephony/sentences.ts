import type { RejectReason } from '../domain/call/vocabulary.js';
import { byLanguage } from '../domain/language.js';
import type { SayLanguage } from './twiml.js';

/** What a caller hears instead of an agent, and how Twilio is to pronounce it. */
interface Sentences extends Readonly<Record<RejectReason, string>> {
  readonly say: SayLanguage;
  /** The media stream broke again and again. */
  readonly lineBroken: string;
  /** The agent has lost its voice, and the call ends. */
  readonly failed: string;
  /** The agent has lost its voice, and a person takes the call over. */
  readonly failedTransfer: string;
  /** While the caller waits for a line. */
  readonly pleaseHold: string;
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
    call_limit: 'All our lines are busy. Please try again in a few minutes. Goodbye.',
    lineBroken: 'I am sorry, the connection keeps breaking. Please call again. Goodbye.',
    failed: 'I am sorry, we have a technical problem. Please call again later. Goodbye.',
    failedTransfer: 'I am sorry, we have a technical problem. You will be put through to somebody now.',
    pleaseHold: 'All our lines are busy. Please hold the line, you will be connected soon.',
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
    call_limit:
      'Alle Leitungen sind belegt. Bitte versuchen Sie es in ein paar Minuten wieder. Auf Wiederhören.',
    lineBroken:
      'Die Verbindung bricht leider immer wieder ab. Bitte rufen Sie noch einmal an. Auf Wiederhören.',
    failed:
      'Es tut uns leid, wir haben ein technisches Problem. Bitte rufen Sie später noch einmal an. Auf Wiederhören.',
    failedTransfer: 'Es tut uns leid, wir haben ein technisches Problem. Sie werden jetzt weiterverbunden.',
    pleaseHold: 'Alle Leitungen sind belegt. Bitte bleiben Sie dran, Sie werden gleich verbunden.',
  },
  hi: {
    say: 'hi-IN',
    unknown_number: 'आपने जिस नंबर पर कॉल किया है वह सेवा में नहीं है। धन्यवाद।',
    number_unassigned: 'इस नंबर पर अभी कोई उत्तर नहीं देता। कृपया बाद में फिर कॉल करें। धन्यवाद।',
    agent_unpublished: 'इस नंबर का सहायक अभी तैयार नहीं है। कृपया बाद में फिर कॉल करें। धन्यवाद।',
    agent_disabled: 'इस नंबर का सहायक अभी बंद है। कृपया बाद में फिर कॉल करें। धन्यवाद।',
    tenant_inactive: 'इस नंबर की सेवा सक्रिय नहीं है। धन्यवाद।',
    tenant_suspended: 'इस नंबर की सेवा रोक दी गई है। धन्यवाद।',
    busy: 'हमारी सभी लाइनें व्यस्त हैं। कृपया कुछ मिनट बाद फिर कॉल करें। धन्यवाद।',
    call_limit: 'हमारी सभी लाइनें व्यस्त हैं। कृपया कुछ मिनट बाद फिर कॉल करें। धन्यवाद।',
    lineBroken: 'क्षमा करें, कनेक्शन बार-बार टूट रहा है। कृपया फिर कॉल करें। धन्यवाद।',
    failed: 'क्षमा करें, एक तकनीकी समस्या है। कृपया बाद में फिर कॉल करें। धन्यवाद।',
    failedTransfer: 'हमें खेद है, एक तकनीकी समस्या है। अब आपकी कॉल किसी से जोड़ी जा रही है।',
    pleaseHold: 'हमारी सभी लाइनें व्यस्त हैं। कृपया लाइन पर बने रहें, आपको जल्द ही जोड़ा जाएगा।',
  },
} as const satisfies Readonly<Record<string, Sentences>>;

/** By BCP 47 tag; English where the language has none yet. */
export const sentencesOf = (language: string): Sentences => byLanguage<Sentences>(sentences, language);
