import {
  autocompletion,
  type CompletionContext,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { javascript } from '@codemirror/lang-javascript';
import { json } from '@codemirror/lang-json';
import {
  bracketMatching,
  foldGutter,
  HighlightStyle,
  indentOnInput,
  indentUnit,
  StreamLanguage,
  syntaxHighlighting,
} from '@codemirror/language';
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  hoverTooltip,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { Completions, Hover } from './code-service.js';
import type { Finding } from './programs.js';

// CodeMirror, loaded when somebody writes. It stands in a shadow root: there its style sheets are adopted, which the page's
// policy (`style-src 'self'`) allows; in the page itself they would be refused. Colours are the page's own.

export type EditorLanguage = 'typescript' | 'program' | 'json';

export interface EditorContext {
  readonly label: string;
  readonly text: string;
  readonly language: EditorLanguage;
  readonly onChange: (text: string) => void;
  /** Ctrl+Enter and Ctrl+S mean the page's commands, where it has some. */
  readonly onRun?: () => void;
  readonly onSave?: () => void;
  readonly complete?: (at: number) => Promise<Completions | null>;
  readonly hover?: (at: number) => Promise<Hover | null>;
}

export interface EditorHandle {
  /** Puts another text in its place, the cursor left where it is as far as there is text; nobody is told. */
  setText(text: string): void;
  setFindings(findings: readonly Finding[]): void;
  /** Sets cursor and sight to a place. */
  goTo(at: number): void;
  focus(): void;
  close(): void;
}

export function mountEditor(host: HTMLElement, context: EditorContext): EditorHandle {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  root.replaceChildren();
  let quiet = false;
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: context.text,
      extensions: [
        ...BASE,
        languageOf(context.language),
        // What is edited takes the focus in any case; with a tabindex tools that check pages see it too.
        EditorView.contentAttributes.of({ 'aria-label': context.label, spellcheck: 'false', tabindex: '0' }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !quiet) context.onChange(update.state.doc.toString());
        }),
        keymap.of([
          { key: 'Mod-Enter', run: () => ran(context.onRun) },
          { key: 'Mod-s', run: () => ran(context.onSave) },
        ]),
        keymap.of(KEYS),
        ...(context.complete ? [completing(context.complete)] : []),
        ...(context.hover ? [hovering(context.hover)] : []),
      ],
    }),
  });
  return {
    setText(text) {
      if (view.state.doc.toString() === text) return;
      quiet = true;
      view.dispatch({
        changes: { from: 0, to: view.state.doc.length, insert: text },
        selection: { anchor: Math.min(view.state.selection.main.anchor, text.length) },
      });
      quiet = false;
    },
    setFindings(findings) {
      view.dispatch(
        setDiagnostics(
          view.state,
          findings.map((one) => diagnosticOf(one, view.state.doc.length)),
        ),
      );
    },
    goTo(at) {
      const place = Math.min(at, view.state.doc.length);
      view.dispatch({ selection: { anchor: place }, effects: EditorView.scrollIntoView(place, { y: 'center' }) });
      view.focus();
    },
    focus: () => view.focus(),
    close() {
      view.destroy();
      root.replaceChildren();
    },
  };
}

function ran(act: (() => void) | undefined): boolean {
  act?.();
  return act !== undefined;
}

function diagnosticOf({ from, to, severity, message, code }: Finding, length: number): Diagnostic {
  const start = Math.min(from, length);
  return { from: start, to: Math.min(Math.max(to, start), length), severity, message, source: code };
}

function completing(complete: NonNullable<EditorContext['complete']>): Extension {
  return autocompletion({
    override: [
      async (asked: CompletionContext) => {
        // Unasked for, after a letter or a point only.
        if (!asked.explicit && !asked.matchBefore(/[\w.$]$/)) return null;
        const found = await complete(asked.pos);
        if (found === null) return null;
        const options = found.options.map(({ label, kind, detail }) => ({ label, type: typeOf(kind), detail }));
        return { from: found.from, options, validFor: /^[\w.$]*$/ };
      },
    ],
  });
}

function typeOf(kind: string): string {
  return KINDS[kind] ?? kind;
}

const KINDS: Readonly<Record<string, string>> = {
  const: 'constant',
  let: 'variable',
  var: 'variable',
  'local var': 'variable',
  parameter: 'variable',
  getter: 'property',
  setter: 'property',
};

function hovering(hover: NonNullable<EditorContext['hover']>): Extension {
  return hoverTooltip(async (_, at) => {
    const found = await hover(at);
    if (!found) return null;
    return {
      ...{ pos: found.from, end: found.to, above: true },
      create() {
        const dom = document.createElement('div');
        dom.className = 'cm-about';
        const signature = document.createElement('code');
        signature.textContent = found.text;
        const about = document.createElement('p');
        about.textContent = found.about;
        dom.append(signature, ...(found.about ? [about] : []));
        return { dom };
      },
    };
  });
}

function languageOf(language: EditorLanguage): Extension {
  if (language === 'typescript') return javascript({ typescript: true });
  return language === 'json' ? json() : programLanguage;
}

const WORDS = /^(?:def|when|if|report|reset|fallthrough|volatile|Report|Control)\b/;

/** The language of datapath programs, as far as colours go. */
const programLanguage = StreamLanguage.define({
  name: 'program',
  token(stream) {
    if (stream.match(/^#.*/)) return 'comment';
    if (stream.match(/^\d+/)) return 'number';
    if (stream.match(WORDS)) return 'keyword';
    if (stream.match(/^(?:true|false)\b/)) return 'bool';
    if (stream.match(/^(?:Ack|Flow|Micros|Cwnd|Rate)\b[\w.]*/)) return 'typeName';
    if (stream.match(/^[A-Za-z_][\w.]*/)) return 'variableName';
    if (stream.match(/^[-+*/<>=!|&:]+/)) return 'operator';
    stream.next();
    return null;
  },
  languageData: { commentTokens: { line: '#' } },
});

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.controlKeyword, tags.definitionKeyword, tags.moduleKeyword], color: 'var(--act)' },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: 'var(--good)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--warn)' },
  { tag: [tags.typeName, tags.className, tags.propertyName], fontWeight: '600' },
  { tag: tags.comment, color: 'var(--muted)', fontStyle: 'italic' },
]);

const look = EditorView.theme({
  '&': { height: '100%', color: 'var(--text)', backgroundColor: 'var(--page)', fontSize: '13px' },
  '&.cm-focused': { outline: '2px solid var(--act)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'ui-monospace, monospace', lineHeight: '1.5' },
  '.cm-content': { caretColor: 'var(--text)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-gutters': { backgroundColor: 'var(--card)', color: 'var(--muted)', borderRight: '1px solid var(--line)' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--card)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--band)',
  },
  '.cm-matchingBracket': { backgroundColor: 'var(--band)', outline: '1px solid var(--line)' },
  '.cm-selectionMatch': { backgroundColor: 'var(--band)' },
  '.cm-tooltip, .cm-panels': {
    backgroundColor: 'var(--card)',
    color: 'var(--text)',
    border: '1px solid var(--line)',
  },
  '.cm-tooltip': { borderRadius: '6px', maxWidth: 'min(560px, 90vw)' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--act)', color: 'var(--on-act)' },
  '.cm-about': { padding: '6px 10px', maxHeight: '260px', overflow: 'auto' },
  '.cm-about code': { whiteSpace: 'pre-wrap', fontFamily: 'ui-monospace, monospace', fontSize: '12px' },
  '.cm-about p': { margin: '6px 0 0', whiteSpace: 'pre-wrap', font: '13px/1.4 system-ui, sans-serif' },
  '.cm-diagnosticSource': { opacity: '1', color: 'var(--muted)' },
  '.cm-completionDetail': { color: 'inherit', opacity: '0.85' },
  '.cm-textfield, .cm-button': {
    backgroundColor: 'var(--page)',
    backgroundImage: 'none',
    color: 'var(--text)',
    border: '1px solid var(--line)',
  },
});

// Tab leaves the editor, as everywhere in the page; indenting is Ctrl+] and Ctrl+[.
const KEYS = [
  ...closeBracketsKeymap,
  ...defaultKeymap.filter(({ key }) => key !== 'Mod-Enter'),
  ...searchKeymap,
  ...historyKeymap,
  ...completionKeymap,
  ...lintKeymap,
];

const BASE: readonly Extension[] = [
  ...[lineNumbers(), highlightActiveLineGutter(), foldGutter(), history(), drawSelection(), indentOnInput()],
  ...[indentUnit.of('  '), bracketMatching(), closeBrackets(), highlightActiveLine(), highlightSelectionMatches()],
  ...[lintGutter(), syntaxHighlighting(colours), look],
];
