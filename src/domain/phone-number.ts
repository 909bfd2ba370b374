/** ITU-T E.164: a plus, and up to 15 digits that don't begin with 0. */
export const E164 = /^\+[1-9]\d{6,14}$/;

/** Who is told that a text isn't one. */
export const E164_HINT = 'write it in E.164, as in +14155550100';
