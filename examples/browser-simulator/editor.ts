import type { Diagnostic } from 'mooring';

/** A text area whose findings are underlined where they stand. */
export interface Editor {
  readonly text: string;
  onChange: (text: string) => void;
  mark(diagnostics: readonly Diagnostic[]): void;
  /** Puts the cursor at a finding. */
  show(diagnostic: Diagnostic): void;
}

/** Room that stays beside a finding when the text is scrolled to it, px. */
const MARGIN = 32;

/**
 * Text area over a layer that repeats its text, invisible but for the underlines; line numbers beside
 * both. Long lines scroll; where they go on, the edge fades.
 */
export function createEditor(parent: HTMLElement, text: string): Editor {
  const area = document.createElement('textarea');
  area.spellcheck = false;
  area.value = text;
  area.setAttribute('aria-label', 'datapath program');
  const layer = document.createElement('pre');
  layer.ariaHidden = 'true';
  const gutter = document.createElement('pre');
  gutter.className = 'gutter';
  gutter.ariaHidden = 'true';
  const stack = document.createElement('div');
  stack.className = 'stack';
  stack.append(layer, area);
  parent.append(gutter, stack);

  let diagnostics: readonly Diagnostic[] = [];
  const scrolled = (): void => {
    layer.scrollLeft = area.scrollLeft;
    layer.scrollTop = area.scrollTop;
    stack.classList.toggle('more-left', area.scrollLeft > 0);
    stack.classList.toggle('more-right', Math.ceil(area.scrollLeft) + area.clientWidth < area.scrollWidth);
  };
  const draw = (): void => {
    layer.replaceChildren(...pieces(area.value, diagnostics));
    const lines = area.value.split('\n').length;
    const broken = new Set(diagnostics.map(({ range }) => range.line));
    gutter.textContent = Array.from({ length: lines }, (_, i) => (broken.has(i + 1) ? `● ${i + 1}` : `${i + 1}`)).join(
      '\n',
    );
    area.rows = Math.max(8, lines);
    scrolled();
  };
  const editor: Editor = {
    get text() {
      return area.value;
    },
    onChange: () => {},
    mark(found) {
      diagnostics = found;
      draw();
    },
    show({ range }) {
      area.focus();
      area.setSelectionRange(range.start, Math.max(range.end, range.start + 1));
      // The browser scrolls to what is typed, not to what is selected.
      const mark = layer.querySelector<HTMLElement>(`mark[data-start="${range.start}"]`);
      if (!mark) return;
      const { offsetLeft: left, offsetWidth: width } = mark;
      const least = left + width + MARGIN - area.clientWidth;
      area.scrollLeft = Math.min(Math.max(area.scrollLeft, least), Math.max(0, left - MARGIN));
    },
  };
  area.addEventListener('input', () => {
    diagnostics = [];
    draw();
    editor.onChange(area.value);
  });
  area.addEventListener('scroll', scrolled);
  new ResizeObserver(scrolled).observe(area);
  draw();
  return editor;
}

/** The text cut at the ranges of the findings. Where two overlap the first wins. */
function pieces(text: string, diagnostics: readonly Diagnostic[]): Node[] {
  const nodes: Node[] = [];
  let at = 0;
  for (const { range, severity, message } of [...diagnostics].sort((a, b) => a.range.start - b.range.start)) {
    if (range.start < at) continue;
    const end = Math.max(range.end, range.start + 1);
    const mark = document.createElement('mark');
    mark.className = severity;
    mark.title = message;
    mark.dataset['start'] = String(range.start);
    mark.textContent = text.slice(range.start, end) || ' ';
    nodes.push(document.createTextNode(text.slice(at, range.start)), mark);
    at = end;
  }
  nodes.push(document.createTextNode(`${text.slice(at)}\n`));
  return nodes;
}
