/**
 * What becomes of an append: `lost reply`: it's written, and every connection breaks; `late reply`: it's written, and told
 * after the client's deadline; `unavailable`: it's not written.
 */
export type AppendFault = 'lost reply' | 'late reply' | 'unavailable' | 'not leader';

/** Who asks may do so, may not, or isn't known with this password. */
export type Access = 'granted' | 'denied' | 'unknown user';

/** What goes wrong, at the moment that a test chooses. */
export interface Faults {
  /** Taken one an append. */
  readonly appends: AppendFault[];
  /** Of every append, read and subscription that comes; what is under way goes on. */
  access: Access;
  /** Every subscription sends each event twice. */
  duplicateEvents: boolean;
  /** Every subscription tells a checkpoint beyond the log's end after each event. */
  bogusCheckpoints: boolean;
  /** The next reads break with UNAVAILABLE after so many events each. */
  readonly breakAfterRead: number[];
  /** The next reads stand still after so many events each, and their connections stay. */
  readonly hangAfterRead: number[];
  /** The next subscriptions break, as reads. */
  readonly breakAfterSubscribed: number[];
  /** How many events each subscription has sent: a slow consumer holds it back. */
  sentEvents: number;
}

export const noFaults = (): Faults => ({
  appends: [],
  access: 'granted',
  duplicateEvents: false,
  bogusCheckpoints: false,
  breakAfterRead: [],
  hangAfterRead: [],
  breakAfterSubscribed: [],
  sentEvents: 0,
});
