/** What the load asks: short statements whose answers are known, and a long one. */

/** A statement, how many rows it has, and for how long a client reads them; 0 is as fast as they come. */
export interface Statement {
  readonly sql: string;
  readonly rows: number;
  readonly readMs: number;
}

const short = (sql: string, rows: number): Statement => ({ sql, rows, readMs: 0 });

/** They are scanned and aggregated on the workers, in a second or two on two cores. */
export const SHORT_STATEMENTS: readonly Statement[] = [
  short("select returnflag, linestatus, count(*), sum(extendedprice) from tpch.tiny.lineitem group by 1, 2", 4),
  short("select n.name, count(*), sum(c.acctbal) from tpch.tiny.customer c join tpch.tiny.nation n using (nationkey) group by 1", 25),
  short("select nationkey, avg(acctbal) from tpch.sf1.supplier group by 1", 25),
];

/** 40 MB, of which the buffers between scan and client hold a tenth where they are small (see loaded-cluster.ts). */
const LONG_ROWS = 250_000;

/**
 * A statement whose client takes `readMs` for it, so that its scan stays unfinished on every worker until the last pages are read.
 * It has all columns, because one that is computed would be computed behind the limit, and the scan would end with its first rows.
 */
export function longStatement(readMs: number): Statement {
  return { sql: `select * from tpch.sf1.lineitem limit ${LONG_ROWS}`, rows: LONG_ROWS, readMs };
}
