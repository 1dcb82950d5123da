// The names that a program defines, as TypeScript reads them off its text. An approximation of the
// compiler made for well-formed programs: what it cannot read is left out, never invented.

/**
 * Report fields of a program whose text is a literal, without `Report.`: from
 * `(def (Report (volatile acked 0) (rtt 0)) (Report.loss 0) …)`, `'acked' | 'rtt' | 'loss'`. For a text
 * that is not a literal, `string`; for a union of texts, the fields of all.
 *
 * @example
 * ```ts
 * const PROGRAM = '(def (Report (volatile acked 0) (rtt 0)) (ssthresh 0)) (when true (report))';
 * const field: ReportFieldsOf<typeof PROGRAM> = 'acked'; // 'acked' | 'rtt'
 * ```
 */
export type ReportFieldsOf<Text extends string> = string extends Text
  ? string
  : Text extends string
    ? Defined<Definitions<Text>>['reports']
    : never;

/**
 * Names a program defines outside `(Report …)`, as written (`Control.number`, `ssthresh`): what
 * `updateField` takes besides `Cwnd` and `Rate`. For a text that is not a literal, `string`.
 *
 * @example
 * ```ts
 * const PROGRAM = '(def (Report (rtt 0)) (Control.number 1) (ssthresh 0)) (when true (report))';
 * const name: ControlFieldsOf<typeof PROGRAM> = 'ssthresh'; // 'Control.number' | 'ssthresh'
 * ```
 */
export type ControlFieldsOf<Text extends string> = string extends Text
  ? string
  : Text extends string
    ? Defined<Definitions<Text>>['controls']
    : never;

/** What follows `(def`, up to the first event: one line, no comments. */
type Definitions<Text extends string> =
  WithoutComments<Text> extends `${string}(def${infer Rest}` ? BeforeEvents<Tight<OneLine<Rest>>> : '';

type WithoutComments<Text extends string, Done extends string = ''> = Text extends `${infer Before}#${infer Rest}`
  ? Rest extends `${string}\n${infer After}`
    ? WithoutComments<After, `${Done}${Before} `>
    : `${Done}${Before}`
  : `${Done}${Text}`;

type OneLine<Text extends string> = Spaced<Spaced<Spaced<Text, '\n'>, '\t'>, '\r'>;

type Spaced<
  Text extends string,
  Character extends string,
  Done extends string = '',
> = Text extends `${infer Before}${Character}${infer After}`
  ? Spaced<After, Character, `${Done}${Before} `>
  : `${Done}${Text}`;

/** Without white space after `(`. */
type Tight<Text extends string, Done extends string = ''> = Text extends `${infer Before}( ${infer After}`
  ? Tight<Trim<After>, `${Done}${Before}(`>
  : `${Done}${Text}`;

type BeforeEvents<Text extends string> = Text extends `${infer Before}(when${string}` ? Before : Text;

type Trim<Text extends string> = Text extends ` ${infer Rest}` ? Trim<Rest> : Text;

/** Walks from ( to (: each opens a declaration or the (Report …) around some. */
type Defined<
  Text extends string,
  InReport extends boolean = false,
  Reports extends string = never,
  Controls extends string = never,
> = Text extends `${string}(${infer Rest}`
  ? Rest extends `Report${infer Fields}`
    ? Trim<Fields> extends `(${string}`
      ? Defined<Fields, true, Reports, Controls>
      : Declared<Rest, InReport, Reports, Controls>
    : Declared<Rest, InReport, Reports, Controls>
  : { reports: Reports; controls: Controls };

type Declared<
  Text extends string,
  InReport extends boolean,
  Reports extends string,
  Controls extends string,
> = Text extends `${infer Declaration})${infer Rest}`
  ? NameOf<Declaration> extends infer Name extends string
    ? Defined<
        Rest,
        Trim<Rest> extends `)${string}` ? false : InReport,
        Reports | (InReport extends true ? Name : Name extends `Report.${infer Field}` ? Field : never),
        Controls | (InReport extends true ? never : Name extends `Report.${string}` ? never : Name)
      >
    : never
  : { reports: Reports; controls: Controls };

/** The name of `volatile name value` or `name value`. */
type NameOf<Declaration extends string> = Declaration extends `volatile ${infer Rest}`
  ? FirstWord<Trim<Rest>>
  : FirstWord<Declaration>;

type FirstWord<Text extends string> = Text extends `${infer Word} ${string}` ? Word : never;
