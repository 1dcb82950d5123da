// Worker entries are started, not imported: they export nothing.
export {};
