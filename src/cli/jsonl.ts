/** A line of a stream: its text, or that it is too long to be one. */
export type Line =
  | { readonly number: number; readonly text: string }
  | { readonly number: number; readonly tooLong: true };

/**
 * The lines of a stream of bytes as they come, numbered from 1, without their ends and without
 * empty ones. A line longer than `maxBytes` is passed over, so that memory stays bounded.
 */
export async function* readLines(stream: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Line> {
  let number = 1;
  let held: Uint8Array[] = [];
  let size = 0;
  const take = (): Line | undefined => {
    const text = size > maxBytes ? undefined : Buffer.concat(held).toString('utf8').replace(/\r$/, '');
    const line: Line = text === undefined ? { number, tooLong: true } : { number, text };
    held = [];
    size = 0;
    number += 1;
    return text?.trim() === '' ? undefined : line;
  };
  const hold = (bytes: Uint8Array): void => {
    size += bytes.length;
    if (size <= maxBytes) held.push(bytes);
    else held = [];
  };
  for await (const chunk of stream) {
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, from)) {
      hold(chunk.subarray(from, end));
      const line = take();
      if (line) yield line;
      from = end + 1;
    }
    hold(chunk.subarray(from));
  }
  const last = size > 0 ? take() : undefined;
  if (last) yield last;
}
