// Style sheets are inlined as text by the build.
declare module '*.css' {
  export const css: string;
}
