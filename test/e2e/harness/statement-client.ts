/** A client of Trino's statement protocol, for statements that a test runs many of. https://trino.io/docs/current/develop/client-protocol.html */

/** Who asks, in which catalog and schema. */
export interface StatementOptions {
  readonly user?: string;
  readonly timeoutMs?: number;
}

interface Page {
  readonly id: string;
  readonly nextUri?: string;
  readonly data?: readonly (readonly unknown[])[];
  readonly error?: { readonly message: string; readonly errorName: string };
}

/** Thrown when Trino fails a statement; `errorName` is Trino's own, for example CATALOG_NOT_FOUND. */
export class StatementFailed extends Error {
  readonly errorName: string;

  constructor(sql: string, error: { readonly message: string; readonly errorName: string }) {
    super(`${sql}: ${error.errorName}: ${error.message}`);
    this.name = "StatementFailed";
    this.errorName = error.errorName;
  }
}

const TIMEOUT_MS = 180_000;

/** Runs one statement and returns its rows. */
export async function query(
  url: string,
  sql: string,
  { user = "e2e", timeoutMs = TIMEOUT_MS }: StatementOptions = {},
): Promise<readonly (readonly unknown[])[]> {
  const signal = AbortSignal.timeout(timeoutMs);
  const rows: (readonly unknown[])[] = [];
  let page = await pageOf(await fetch(`${url}/v1/statement`, { method: "POST", body: sql, headers: { "X-Trino-User": user }, signal }));
  for (;;) {
    rows.push(...(page.data ?? []));
    if (page.error) throw new StatementFailed(sql, page.error);
    if (page.nextUri === undefined) return rows;
    page = await pageOf(await fetch(page.nextUri, { headers: { "X-Trino-User": user }, signal }));
  }
}

async function pageOf(response: Response): Promise<Page> {
  if (!response.ok) throw new Error(`Trino answered ${response.status}: ${(await response.text()).slice(0, 500)}`);
  return (await response.json()) as Page;
}

/** What a load did: how many answers, and the errors of statements that failed, each once. */
export interface LoadResult {
  readonly answered: number;
  readonly failures: readonly string[];
}

/** Runs `sql` again and again until the function that it returns is called. */
export function startLoad(url: string, sql: string): () => Promise<LoadResult> {
  let stopped = false;
  const failures = new Set<string>();
  let answered = 0;
  const work = (async () => {
    while (!stopped) {
      await query(url, sql).then(
        () => answered++,
        (error: unknown) => failures.add(error instanceof Error ? error.message : String(error)),
      );
    }
  })();
  return async () => {
    stopped = true;
    await work;
    return { answered, failures: [...failures] };
  };
}
