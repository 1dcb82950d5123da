import { type Command, Option } from 'commander';
import { queryFolder } from '../../node/dataset/index.js';
import { print, printCsv, printJsonList } from '../output.js';
import { NOTHING, table } from '../table.js';

interface QueryCliOptions {
  readonly in: string;
  readonly json?: boolean;
  readonly csv?: boolean;
}

/** More of them are for a program to read. */
const SHOWN_ROWS = 1_000;

export function addQuery(command: Command): void {
  command
    .argument('<sql>', 'one SELECT; tables are what stands in the folder: flows, series, captures …')
    .option(
      '--in <folder>',
      'a dataset of `pcap dataset`, or a folder with Parquet files such as that of a sweep',
      'dataset',
    )
    .option('--json', 'print one JSON document')
    .addOption(new Option('--csv', 'print comma-separated values with a header line').conflicts('json'))
    .addHelpText(
      'after',
      '\nThe query is DuckDB\'s SQL (npm install @duckdb/node-api). It reads the folder and nothing else, and changes nothing.\n\n  mooring query "SELECT file, packets, connections FROM captures ORDER BY packets DESC LIMIT 10"\n  mooring docs datasets                # tables, columns and queries to begin with',
    )
    .action(async (sql: string, options: QueryCliOptions) => {
      const result = await queryFolder(options.in, sql);
      try {
        const { columns } = result;
        if (options.json) await printJsonList({ columns }, 'rows', result.rows());
        else if (options.csv) await printCsv(result.rows(), columns);
        else await printTable(columns, result.rows());
      } finally {
        result.close();
      }
    });
}

async function printTable(
  columns: readonly string[],
  rows: AsyncIterable<Readonly<Record<string, unknown>>>,
): Promise<void> {
  const cells: string[][] = [];
  let isMore = false;
  for await (const row of rows) {
    isMore = cells.length === SHOWN_ROWS;
    if (isMore) break;
    cells.push(columns.map((column) => textOf(row[column])));
  }
  await print(table(columns, cells, columns.length));
  await print(
    isMore ? `${SHOWN_ROWS} rows, and there are more: --csv and --json have all\n` : `${cells.length} rows\n`,
  );
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return NOTHING;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
