import { byLanguage } from '../../domain/language.js';

/** What the agent says on its own account. */
export interface Phrases {
  readonly notUnderstood: string;
  readonly stillThere: string;
  readonly silenceGoodbye: string;
  readonly timeIsUp: string;
  readonly goodbye: string;
  readonly apology: string;
  readonly failure: string;
  readonly resumed: string;
}

const phrases = {
  en: {
    notUnderstood: "Sorry, I didn't catch that.",
    stillThere: 'Are you still there?',
    silenceGoodbye: "I can't hear you, so I'll hang up now. Goodbye!",
    timeIsUp: 'We have reached the longest time for a call. Thank you, and goodbye!',
    goodbye: 'Goodbye!',
    apology: 'Sorry, something went wrong on my side. Could you say that again?',
    failure: "I'm sorry, I have a technical problem and must end this call. Please try again later.",
    resumed: 'Sorry, please go on.',
  },
  de: {
    notUnderstood: 'Entschuldigung, das habe ich nicht verstanden.',
    stillThere: 'Sind Sie noch da?',
    silenceGoodbye: 'Ich kann Sie nicht hören und lege jetzt auf. Auf Wiederhören!',
    timeIsUp: 'Wir haben die längste Gesprächszeit erreicht. Vielen Dank und auf Wiederhören!',
    goodbye: 'Auf Wiederhören!',
    apology: 'Entschuldigung, bei mir ist etwas schiefgegangen. Könnten Sie das wiederholen?',
    failure: 'Es tut mir leid, ich habe ein technisches Problem und muss das Gespräch beenden.',
    resumed: 'Entschuldigung, bitte sprechen Sie weiter.',
  },
} as const satisfies Readonly<Record<string, Phrases>>;

/** By BCP 47 tag; English where the language has none yet. */
export const phrasesOf = (language: string): Phrases => byLanguage<Phrases>(phrases, language);
