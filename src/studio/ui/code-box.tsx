import { useEffect, useRef } from 'preact/hooks';
import type { EditorContext, EditorHandle } from '../editor/index.js';
import type { Finding } from '../editor/programs.js';

/** The editor's module, which is fetched when it is first needed. */
export const loadEditor = () => import('../editor/index.js');

interface BoxProps extends Omit<EditorContext, 'text'> {
  /** Another key is another document. */
  readonly document: string;
  readonly text: string;
  readonly findings: readonly Finding[];
  readonly onReady?: (handle: EditorHandle | null) => void;
}

/** A text that is written in. Until the editor is there, and where it does not load, a plain field takes its place. */
export function CodeBox({ document: id, text, findings, onReady, ...context }: BoxProps) {
  const host = useRef<HTMLDivElement>(null);
  const plain = useRef<HTMLTextAreaElement>(null);
  const handle = useRef<EditorHandle | null>(null);
  /** What was typed and has not come back as `text` yet: a page that is late must not take letters away. */
  const typed = useRef<string[]>([]);
  const latest = useRef({ context, text, findings });
  latest.current = { context, text, findings };
  useEffect(() => {
    let closed = false;
    void loadEditor().then(
      ({ mountEditor }) => {
        if (closed || !host.current) return;
        const { current } = latest;
        plain.current?.remove();
        handle.current = mountEditor(host.current, {
          ...current.context,
          text: current.text,
          // What these do may be another by then.
          onChange: (next) => {
            typed.current.push(next);
            latest.current.context.onChange(next);
          },
          onRun: () => latest.current.context.onRun?.(),
          onSave: () => latest.current.context.onSave?.(),
        });
        handle.current.setFindings(current.findings);
        onReady?.(handle.current);
      },
      () => {},
    );
    return () => {
      closed = true;
      handle.current?.close();
      handle.current = null;
      onReady?.(null);
    };
  }, [id]);
  useEffect(() => {
    const at = typed.current.lastIndexOf(text);
    typed.current = at < 0 ? [] : typed.current.slice(at + 1);
    if (at < 0) handle.current?.setText(text);
  }, [text]);
  useEffect(() => handle.current?.setFindings(findings), [findings, text]);
  return (
    <div class="code-box">
      <div ref={host} class="code-host" />
      <textarea
        key={id}
        ref={plain}
        aria-label={context.label}
        spellcheck={false}
        value={text}
        onInput={({ currentTarget }) => context.onChange(currentTarget.value)}
      />
    </div>
  );
}
