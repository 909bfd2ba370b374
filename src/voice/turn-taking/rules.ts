import type { ConversationSettings } from './state.js';

/**
 * Stored conversations are replayed, and must say what they said then. So where a rule's events change, its older form
 * stays, and a conversation keeps to the rules that it began with: its trace has their version. Here is from which
 * version on each changed rule holds as it is now. A trace without a version is of version 1.
 */
const heldSince = {
  /** An event says what cut the agent's speech, and an interruption's time is that of the words which cut it. */
  cutsAreTold: 2,
  /** The safety net and the turn's budget begin after the agent's own delay, `responseDelayMs`. */
  delayIsGranted: 3,
  /** `PromptSpoken` says what was heard of a sentence that answers nobody. */
  promptsAreHeard: 4,
  /** A tool call is known by the answer that it's of, too: its id may be another answer's as well. */
  toolCallsAreOfAnswers: 5,
  /** The model of a prepared answer has its deadline from when it was asked, not from the turn's commit. */
  preparedIsTimed: 6,
  /** A question mark ends a sentence whatever its last word is, and so does a full stop behind words that often end one. */
  sentencesMayEndInAnyWord: 6,
  /** Speech isn't cut behind ordinals, the numbers of a list, and more abbreviations. */
  piecesAreSentences: 6,
  /** The echo is learned in the first seconds of a call, not of each reply; voice that outlasts them holds. */
  echoIsLearnedOnce: 6,
  /** A held agent waits from the last word on, and for words that can only come once the caller's voice has stopped. */
  holdsWaitForWords: 6,
  /** A "mhm" that began over the agent is none's answer, though its words come when the agent is done. */
  lateBackchannels: 6,
  /** The end of each piece has a mark: what was heard isn't counted past it. */
  piecesAreMarked: 6,
  /** The goodbye after an end phrase has its latency told, as an answer that a model composes has. */
  goodbyesAreTimed: 6,
  /** Nobody is asked anything on a line that hangs, and the time in which it hung is no silence of the caller's. */
  stallsAreNoSilence: 6,
  /** A model that speaks itself is told what the tenant's documents have of the turn, as others are. */
  spokenAnswersLookUp: 7,
  /** Whoever is asked whether they are there has time to answer, however short the silence may be. */
  askedHaveTimeToAnswer: 7,
  /** A final that comes when its words are committed says nothing new with them, though the caller speaks again. */
  lateFinalsAreKnown: 7,
  /** What is said before keys, or while they are pressed, is answered with them, and not by itself before or behind. */
  keysAndWordsAreAnsweredOnce: 7,
  /** "Mm-hmm", "uh huh" and "I see" stop nobody, as "mhm" does; "Warte" stops at once. */
  murmursAreBackchannels: 7,
  /** Three digits may be the first ones of a number: they're no complete answer, but to "How many?". */
  numbersMayGoOn: 7,
  /** More is coming behind German articles and prepositions, a few English ones, and other ways to write an "um". */
  moreWordsTrailOff: 7,
  /** "Hello?" and "are you there?" begin no answer anew that the agent is thinking of. */
  impatienceIsNoTurn: 8,
  /** Who says something while a tool changes something hears the fillers all the same, and keys wait no longer than it. */
  waitsAreFilled: 8,
  /** Keys wait for the final of the words before them also where somebody else has asked for it. */
  finalsAreAwaitedOnce: 8,
  /** An empty final takes back the interim before it. */
  emptyFinalsTakeBack: 8,
  /** Whose voice goes on when the agent is silent, or is heard beside its last words, may say the agent's own words. */
  answersMayRepeat: 8,
  /** A held agent goes on once what held it proves to be its own words. */
  echoHoldsNoLonger: 8,
  /** Voice holds no agent that nothing is heard of just now, as while a tool runs. */
  silenceIsNotHeld: 8,
  /** A voice that nobody stands behind is asked for the rest of its sentence once more in each reply. */
  onlyVoiceIsAskedAgain: 8,
  /** A model that stalls before a word of its answer is said has no more time than for its first token. */
  unsaidStallsAreShort: 8,
  /** The interim of one utterance stays while the next one's comes, until it is final. */
  interimsStayOpen: 9,
  /** What is begun behind a turn's end is of the next one, though the turn's final hasn't come. */
  laterInterimsAreNext: 9,
  /** A "mhm" whose final comes late leaves what the caller has begun to say since. */
  backchannelsLeaveInterims: 9,
  /** Who decides that a turn is over because nobody else does asks for its final before. */
  forcedFinalsAreAsked: 9,
  /** A final may be of only the first words that are committed: those behind it are known as well. */
  firstFinalsAreKnown: 9,
  /** A tool that still runs when the agent leaves the call is told of, as one that took too long. */
  abandonedToolsAreTold: 9,
  /** A model that knows nothing to do with tools' results but to call more has failed. */
  toolRoundsAreLimited: 10,
  /** A model that goes on with line breaks or dots says nothing, and stalls. */
  wordlessTextIsAStall: 10,
  /** Of two models that race, the first words win, and no line break before them. */
  wordsWinRaces: 11,
  /** That the call is recorded is said before an owed answer, too, and where nothing is owed, until it was heard. */
  unheardConsentIsSaid: 11,
  /** Words that a full buffer over the agent has asked the final of stay, though others are understood before it. */
  askedWordsStay: 11,
  /** A model that speaks itself gives way while its tool changes something, as others do, and who waits hears fillers. */
  spokenAnswersGiveWay: 11,
  /** Where no spaces stand between words, two characters are one: they stop the agent, and are its echo, as words are. */
  charactersAreWords: 11,
  /** An agent that a key's tone has held goes on once the key's message tells what it was. */
  tonesHoldNobody: 11,
  /** A full buffer of which nothing is understood in its final's time has nothing: what is said later is of the next one. */
  wordlessBuffersEnd: 11,
  /** Who is owed an answer has it once an empty final says that nothing more was said, and before any prompt. */
  owedAnswersComeFirst: 11,
  /** A turn that ends in the middle of its voice ends there, and not at the caller's last pause. */
  openVoiceIsTimed: 11,
  /** A turn that somebody ended waits for its final as long where another stream only now begins to hear it. */
  streamsMayCatchUp: 11,
} as const;

/** What a conversation that begins now keeps to. */
export const NEWEST_RULES = Math.max(...Object.values(heldSince));

export const holds = (
  { rules }: Pick<ConversationSettings, 'rules'>,
  rule: keyof typeof heldSince,
): boolean => rules >= heldSince[rule];

/** What the agent waits for by its settings, where that counts as no lateness. */
export const grantedDelayMs = (settings: Pick<ConversationSettings, 'rules' | 'responseDelayMs'>): number =>
  holds(settings, 'delayIsGranted') ? settings.responseDelayMs : 0;
