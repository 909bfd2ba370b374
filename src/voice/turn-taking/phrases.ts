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
  /** Before a person takes the call over, and when nobody did. */
  readonly transfer: string;
  readonly transferFailed: string;
  readonly failureTransfer: string;
  /** While a tool runs, one after the other. */
  readonly fillers: readonly string[];
  /** To a caller who talks and talks. */
  readonly cutIn: string;
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
    transfer: "I'll put you through now.",
    transferFailed: 'Sorry, nobody can take your call right now. What else can I do for you?',
    failureTransfer: "I'm sorry, I have a technical problem. I'll put you through to somebody now.",
    fillers: [
      'One moment, please.',
      "I'm still looking into it.",
      'It takes a little longer. Please stay on the line.',
    ],
    cutIn: 'Excuse me for cutting in.',
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
    transfer: 'Ich verbinde Sie jetzt.',
    transferFailed: 'Leider kann gerade niemand Ihren Anruf annehmen. Was kann ich sonst noch für Sie tun?',
    failureTransfer: 'Es tut mir leid, ich habe ein technisches Problem. Ich verbinde Sie jetzt weiter.',
    fillers: [
      'Einen Moment, bitte.',
      'Ich sehe noch nach.',
      'Es dauert noch ein wenig. Bitte bleiben Sie am Apparat.',
    ],
    cutIn: 'Entschuldigen Sie, wenn ich kurz unterbreche.',
  },
  hi: {
    notUnderstood: 'माफ़ कीजिए, वह समझ में नहीं आया।',
    stillThere: 'क्या आप अभी लाइन पर हैं?',
    silenceGoodbye: 'मुझे आपकी आवाज़ नहीं आ रही है, इसलिए अब कॉल समाप्त की जा रही है। नमस्ते!',
    timeIsUp: 'एक कॉल का अधिकतम समय पूरा हो गया है। धन्यवाद, नमस्ते!',
    goodbye: 'धन्यवाद, नमस्ते!',
    apology: 'माफ़ कीजिए, मेरी ओर से कुछ गड़बड़ हो गई। क्या आप फिर से कहेंगे?',
    failure: 'माफ़ कीजिए, एक तकनीकी समस्या के कारण यह कॉल समाप्त करनी पड़ रही है। कृपया बाद में फिर कॉल करें।',
    resumed: 'माफ़ कीजिए, कृपया आगे कहिए।',
    transfer: 'अब आपकी कॉल जोड़ी जा रही है।',
    transferFailed: 'माफ़ कीजिए, अभी कोई आपकी कॉल नहीं ले सकता। और क्या मदद की जाए?',
    failureTransfer: 'माफ़ कीजिए, एक तकनीकी समस्या है। अब आपकी कॉल किसी से जोड़ी जा रही है।',
    fillers: ['एक क्षण, कृपया।', 'अभी देखा जा रहा है।', 'थोड़ा और समय लगेगा। कृपया लाइन पर बने रहें।'],
    cutIn: 'माफ़ कीजिए, बीच में बोलना पड़ रहा है।',
  },
} as const satisfies Readonly<Record<string, Phrases>>;

/** By BCP 47 tag; English where the language has none yet. */
export const phrasesOf = (language: string): Phrases => byLanguage<Phrases>(phrases, language);
