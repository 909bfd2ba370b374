/** What the sandbox's model says without looking at its instructions. */
export interface Phrases {
  readonly greeting: string;
  readonly identity: string;
  readonly thanks: string;
  readonly goodbye: string;
  /** Before a person takes the call over. */
  readonly person: string;
  readonly nothingToRepeat: string;
  readonly repeat: (words: string) => string;
  readonly pressed: (keys: string) => string;
  readonly notRecognized: (seconds: string) => string;
  readonly unknown: (words: string) => string;
}

const phrases: Readonly<Record<string, Phrases>> = {
  en: {
    greeting: 'Hello! How can I help you?',
    identity:
      "I'm Ledgerline's sandbox agent: a small built-in model, not a person, that answers from its instructions.",
    thanks: "You're welcome. Is there anything else?",
    goodbye: 'Thank you for calling. Goodbye!',
    person: 'Of course, a colleague takes over now.',
    nothingToRepeat: "I haven't said anything yet.",
    repeat: (words) => `I said: ${words}`,
    pressed: (keys) => `You pressed ${keys}.`,
    notRecognized: (seconds) =>
      `I heard you speak for ${seconds} seconds, but the sandbox understands only the simulator's callers. For real voices, choose another speech-to-text provider.`,
    unknown: (words) =>
      `I'm only the sandbox model, and my instructions say nothing about that. I heard: "${words}"`,
  },
  de: {
    greeting: 'Hallo! Wie kann ich Ihnen helfen?',
    identity:
      'Ich bin der Sandbox-Agent von Ledgerline: ein kleines eingebautes Modell, kein Mensch, das aus seinen Anweisungen antwortet.',
    thanks: 'Gern geschehen. Kann ich sonst noch etwas für Sie tun?',
    goodbye: 'Vielen Dank für Ihren Anruf. Auf Wiederhören!',
    person: 'Gern, gleich ist jemand für Sie da.',
    nothingToRepeat: 'Ich habe noch nichts gesagt.',
    repeat: (words) => `Ich sagte: ${words}`,
    pressed: (keys) => `Sie haben die ${keys} gedrückt.`,
    notRecognized: (seconds) =>
      `Ich habe Sie ${seconds.replace('.', ',')} Sekunden lang sprechen gehört, aber die Sandbox versteht nur die Anrufer des Simulators. Für echte Stimmen wählen Sie bitte eine andere Spracherkennung.`,
    unknown: (words) =>
      `Ich bin nur das Sandbox-Modell, und in meinen Anweisungen steht dazu nichts. Gehört habe ich: „${words}“`,
  },
};

/** By BCP 47 tag; English where the sandbox doesn't speak the language. */
export const phrasesOf = (language: string): Phrases =>
  phrases[language.split('-')[0] ?? ''] ?? (phrases.en as Phrases);

export type SocialTurn = 'greeting' | 'identity' | 'thanks' | 'goodbye' | 'repeat' | 'person';

/** The whole text, but for a goodbye, which ends one, and for who asks for a person. The caller's language may differ from the agent's: all are tried. */
const SOCIAL_TURNS: readonly (readonly [SocialTurn, RegExp])[] = [
  [
    'goodbye',
    /(?:^| )(?:good ?bye|bye(?: bye)?|see you(?: later| soon)?|auf wiederh(?:ö|oe)ren|auf wiedersehen|tsch(?:ü|ue)s{1,2}|bis bald|have a (?:nice|good|great) (?:day|evening|one)|sch(?:ö|oe)nen tag(?: noch)?)$/,
  ],
  [
    'person',
    /(?:^| )(?:(?:speak|talk) (?:to|with)|put me through to|(?:connect|transfer) me (?:to|with)) (?:a |an |your )?(?:real |human |live )?(?:person|human|being|somebody|someone|operator|colleague|manager|receptionist)(?: |$)|(?:^| )mit (?:einem |einer )?(?:echten |richtigen )?(?:menschen|person|mitarbeiter(?:in)?|kollegen|kollegin|jemandem) (?:sprechen|reden|verbinden)(?: |$)|(?:^| )(?:इंसान|व्यक्ति|आदमी|कर्मचारी|किसी) से बात(?: |$)|(?:^| )(?:insaan|insan|vyakti|aadmi|kisi) se baat(?: |$)/,
  ],
  [
    'repeat',
    /^(?:(?:sorry|entschuldigung) )?(?:(?:could|can|would|will) you (?:please )?(?:repeat|say) (?:that|it|this)(?: again)?|(?:please )?repeat(?: that| it)?|say (?:that|it) again|what did you (?:just )?say|what was that|(?:i beg your )?pardon(?: me)?|come again|wie bitte|(?:k(?:ö|oe)nnen|k(?:ö|oe)nnten) sie das (?:bitte )?(?:noch ?mals? )?(?:wiederholen|sagen)|was haben sie (?:gerade )?gesagt|noch ?mal bitte)(?: please| bitte)?$/,
  ],
  [
    'identity',
    /^(?:and |und )?(?:who (?:are you|is this|am i (?:talking|speaking) (?:to|with))|what are you|what(?:'s| is) your name|are you (?:a |an )?(?:real|human|person|robot|bot|machine|computer|ai)(?: person| human)?|wer (?:sind sie|bist du|ist da)|was sind sie|wie (?:hei(?:ß|ss)en sie|ist ihr name)|mit wem spreche ich|sind sie (?:ein |eine )?(?:mensch|roboter|computer|maschine|ki|echt))$/,
  ],
  [
    'thanks',
    /^(?:(?:ok|okay|great|perfect|alright|all right|no|nein|super|gut|prima) )*(?:many thanks|thanks|thank you|vielen dank|danke|dankeschön|herzlichen dank)(?: (?:very much|so much|a lot|schön|sehr|ihnen))*(?: that(?:'s| is) (?:all|it)| das (?:war|ist) alles)?$/,
  ],
  [
    'greeting',
    /^(?:hello|hi|hey|good (?:morning|afternoon|evening|day)|hallo|guten (?:tag|morgen|abend)|grüß gott|servus|moin)(?: (?:hello|there|again|everyone|zusammen|can you hear me|how are you(?: today| doing)?|wie geht(?:'s| es ihnen)))*$/,
  ],
];

/** What a text is when it's no question about anything. */
export const socialTurnOf = (text: string): SocialTurn | null => {
  const words =
    text
      .toLowerCase()
      .replaceAll('’', "'")
      .match(/[\p{L}\p{M}\p{N}']+/gu)
      ?.join(' ') ?? '';
  return SOCIAL_TURNS.find(([, pattern]) => pattern.test(words))?.[0] ?? null;
};
