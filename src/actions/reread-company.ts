/**
 * Reads a company's facts and names again because a person looks at them: what was set up in QuickBooks a moment ago can
 * then be chosen. Waiting invoices follow the news, as after a check.
 */
import type { Runtime } from "../app-context.ts";
import { refreshCompany } from "../connections/company-facts.ts";
import { refreshCompanyNames } from "../connections/company-lists.ts";
import type { Connection } from "../connections/connection.ts";
import { loadConnection } from "../connections/store.ts";
import { holdOrResume } from "../pushes/hold-or-resume.ts";

/** The connection as it is afterwards. Four to six metered reads. Throws QuickBooksError. */
export async function rereadCompany(runtime: Runtime, connection: Connection): Promise<Connection> {
  const { env, db, now } = runtime;
  try {
    await refreshCompany(runtime, connection);
  } finally {
    await holdOrResume(env, db, { connectionId: connection.id }, now);
  }
  await refreshCompanyNames(runtime, connection);
  return loadConnection(db, connection.id);
}
