export const STORE_HELP =
  'where results go that do not fit a queue: fs:FOLDER, shared by workers and callers, or s3://BUCKET[/PREFIX]';
