/** Where recordings are listened to. */
export interface RecordingLinks {
  /**
   * A link to a call's recording, for a quarter of an hour; `null`: it was erased, or isn't in this installation. Throws
   * `UNAVAILABLE` when the object store can't be read.
   */
  linkTo(call: { readonly tenantId: string; readonly id: string }): Promise<string | null>;
}
