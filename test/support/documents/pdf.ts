/** A PDF with a page a list of lines. A line is `gap` points below the one before: 14 within a paragraph. */
export const pdfOf = (
  pages: readonly (readonly { readonly text: string; readonly gap?: number }[])[],
): Buffer => {
  const kids = pages.map((_, n) => `${4 + 2 * n} 0 R`).join(' ');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    ...pages.flatMap((lines, n) => {
      const shown = lines.map(({ text, gap = 14 }) => `0 -${gap} Td (${text}) Tj`).join('\n');
      return [
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + 2 * n} 0 R >>`,
        streamOf(Buffer.from(`BT /F1 12 Tf 72 720 Td\n${shown}\nET`)),
      ];
    }),
  ];
  return fileOf(objects);
};

/** A stream object; `filter` says how its content is packed. */
export const streamOf = (content: Buffer, filter = ''): string =>
  `<< /Length ${content.length} ${filter} >>\nstream\n${content.toString('latin1')}\nendstream`;

/** Numbered from 1 in their order; the first is the catalogue. */
export const fileOf = (objects: readonly string[]): Buffer => {
  let file = '%PDF-1.7\n';
  const offsets = objects.map((object, n) => {
    const offset = file.length;
    file += `${n + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join('')}`;
  const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`;
  return Buffer.from(file + table + trailer, 'latin1');
};
