/** The file that a thread runs. The tests run the sources, which a thread can't: it takes what was built of them. */
export const compiled = (fileName: string): URL =>
  new URL(
    import.meta.url.endsWith('.ts') ? `../../dist/src/knowledge/${fileName}` : fileName,
    import.meta.url,
  );
