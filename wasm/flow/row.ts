// Rows of float64 for the host, put by the name of the column (spec/capture.json). Where a row
// begins all is NaN, so a column that nobody puts does not pass for a number.

let start: usize = 0;

/** The row of `columns` numbers at `at` begins; what follows is put into it. */
export function beginRow(at: usize, columns: u32): void {
  memory.fill(at, 0xff, (<usize>columns) << 3);
  start = at;
}

/** What follows is put into the part of the row that begins after `columns` numbers. */
export function enterRow(columns: u32): void {
  start += (<usize>columns) << 3;
}

export function put(column: u32, value: f64): void {
  store<f64>(start + ((<usize>column) << 3), value);
}

/** An address as four numbers of 32 bits from `first` on; of IPv4 the first counts. */
export function putAddress(first: u32, high: u64, low: u64): void {
  put(first, bswap<u32>(<u32>high));
  put(first + 1, bswap<u32>(<u32>(high >> 32)));
  put(first + 2, bswap<u32>(<u32>low));
  put(first + 3, bswap<u32>(<u32>(low >> 32)));
}
