/** The longest texts, in characters. */
export const MAX_TITLE_CHARS = 200;
export const MAX_DESCRIPTION_CHARS = 2_000;
export const MAX_TAGS = 20;
export const MAX_TAG_CHARS = 50;
export const MAX_FILE_NAME_CHARS = 255;
/** 10 MiB. */
export const MAX_DOCUMENT_BYTES = 10_485_760;
