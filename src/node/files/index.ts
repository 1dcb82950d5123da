/**
 * Files a person names, read whole: text, and JSON whose faults are told with their line and column; files and folders
 * written for one. Every reader of such a file refuses in the same words. In: paths, `-` for standard input. Out: text, values.
 */
export { makeFolder } from './folder.js';
export { findJsonFault, type JsonFault } from './json-fault.js';
export { fileFailure, readJsonFile, readTextFile, reasonOf } from './read.js';
export { dropOwnParts, keepWhole, makeWholeFile, ownPartOf, partOf, writeWholeFile } from './whole-file.js';
