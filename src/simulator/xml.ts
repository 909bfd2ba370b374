/** An element of a document, with what is in it. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Its own text, without that of its children. */
  readonly text: string;
}

const NAME = /[A-Za-z_][\w.:-]*/y;
const SPACE = /[ \t\r\n]*/y;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const REFERENCE = /&(?:#(\d+)|#x([\da-fA-F]+)|(\w+));|&/g;

/**
 * Reads a small XML document: elements, attributes, text, comments and CDATA, but no DTD. Throws a `SyntaxError` that says
 * where and why: what Twilio would refuse must not pass here.
 */
export const parseXml = (source: string): XmlElement => new XmlReader(source).document();

class XmlReader {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source.replace(/^\uFEFF/, '');
  }

  document(): XmlElement {
    if (this.#isAt('<?xml')) this.#through('?>');
    this.#betweenElements();
    const root = this.#element();
    this.#betweenElements();
    if (this.#at < this.#source.length) throw this.#error('there is something behind the root element');
    return root;
  }

  #element(): XmlElement {
    this.#expect('<');
    const name = this.#match(NAME, 'an element’s name');
    const attributes = this.#attributes();
    if (this.#take('/>')) return { name, attributes, children: [], text: '' };
    this.#expect('>');
    const children: XmlElement[] = [];
    let text = '';
    while (!this.#take('</')) {
      if (this.#take('<!--')) this.#through('-->');
      else if (this.#take('<![CDATA[')) text += this.#through(']]>');
      else if (this.#isAt('<')) children.push(this.#element());
      else text += this.#text();
    }
    const closed = this.#match(NAME, 'an element’s name');
    if (closed !== name) throw this.#error(`</${closed}> closes <${name}>`);
    this.#match(SPACE);
    this.#expect('>');
    return { name, attributes, children, text };
  }

  #attributes(): Readonly<Record<string, string>> {
    const attributes: Record<string, string> = {};
    for (;;) {
      const space = this.#match(SPACE);
      if (this.#isAt('>') || this.#isAt('/>')) return attributes;
      if (space === '') throw this.#error('a space is missing');
      const name = this.#match(NAME, 'an attribute’s name');
      if (Object.hasOwn(attributes, name)) throw this.#error(`the attribute ${name} is there twice`);
      this.#match(SPACE);
      this.#expect('=');
      this.#match(SPACE);
      const quote = this.#take('"') ? '"' : "'";
      if (quote === "'") this.#expect("'");
      const value = this.#through(quote);
      if (value.includes('<')) throw this.#error(`the attribute ${name} has a < in it`);
      attributes[name] = this.#decoded(value);
    }
  }

  #text(): string {
    const end = this.#source.indexOf('<', this.#at);
    if (end < 0) throw this.#error('the document ends within an element');
    const text = this.#source.slice(this.#at, end);
    this.#at = end;
    return this.#decoded(text);
  }

  #betweenElements(): void {
    this.#match(SPACE);
    while (this.#take('<!--')) {
      this.#through('-->');
      this.#match(SPACE);
    }
  }

  #decoded(text: string): string {
    return text.replace(REFERENCE, (reference, decimal?: string, hex?: string, name?: string) => {
      if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
      const character = name !== undefined && Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined;
      if (character === undefined) throw this.#error(`${reference} is no character of XML`);
      return character;
    });
  }

  /** Up to `end`, which is taken too. */
  #through(end: string): string {
    const found = this.#source.indexOf(end, this.#at);
    if (found < 0) throw this.#error(`${end} is missing`);
    const text = this.#source.slice(this.#at, found);
    this.#at = found + end.length;
    return text;
  }

  #isAt(text: string): boolean {
    return this.#source.startsWith(text, this.#at);
  }

  #take(text: string): boolean {
    if (!this.#isAt(text)) return false;
    this.#at += text.length;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw this.#error(`${text} is missing`);
  }

  /** `what` names it where it must be there. */
  #match(pattern: RegExp, what?: string): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#source)?.[0] ?? '';
    if (found === '' && what !== undefined) throw this.#error(`${what} is missing`);
    this.#at += found.length;
    return found;
  }

  #error(problem: string): SyntaxError {
    const near = this.#source.slice(this.#at, this.#at + 30);
    return new SyntaxError(`${problem}, at character ${this.#at} (${JSON.stringify(near)})`);
  }
}
