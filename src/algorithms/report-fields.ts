type Space = ' ' | '\n' | '\t' | '\r';

/**
 * The report fields of a datapath program, as a union of their names, read from its literal text by
 * TypeScript; `string` where the text is not a literal.
 */
export type ReportFieldsOf<Text extends string> = string extends Text
  ? string
  : Text extends string
    ? Fields<Text>
    : never;

type Fields<Text extends string> = Text extends `${string}(def${infer Body}`
  ? Struct<Body> | Flat<Definitions<Body>>
  : never;

/** Flat definitions stand before the first `when`. */
type Definitions<Body extends string> = Body extends `${infer Head}(when${string}` ? Head : Body;

/** `(Report (volatile acked 0) (rtt 0))` */
type Struct<Body extends string> = Body extends `${string}(Report${infer Rest}`
  ? Rest extends `${Space}${string}` | `(${string}`
    ? Members<Trim<Rest>>
    : Struct<Rest>
  : never;

type Members<Text extends string, Found extends string = never> = Text extends `(${infer Member})${infer Rest}`
  ? Members<Trim<Rest>, Found | Name<Trim<Member>>>
  : Text extends `#${string}\n${infer Rest}`
    ? Members<Trim<Rest>, Found>
    : Found;

/** `(def (Report.acked 0) (volatile Report.loss 0))`, the older form. */
type Flat<Body extends string, Found extends string = never> = Body extends `${infer Before}Report.${infer Rest}`
  ? Flat<Rest, Before extends `${string}(` | `${string}(volatile${Space}` ? Found | UntilSpace<Rest> : Found>
  : Found;

type Name<Member extends string> = Member extends `volatile${Space}${infer Rest}`
  ? UntilSpace<Trim<Rest>>
  : UntilSpace<Member>;

type UntilSpace<Text extends string> = Text extends `${infer Word} ${string}`
  ? Word extends `${infer First}${'\n' | '\t' | '\r'}${string}`
    ? First
    : Word
  : Text extends `${infer Word}${'\n' | '\t' | '\r'}${string}`
    ? Word
    : Text;

type Trim<Text extends string> = Text extends `${Space}${infer Rest}` ? Trim<Rest> : Text;
