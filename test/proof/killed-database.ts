/**
 * Reads the app's database while no process has it open: where each invoice stood when everything was killed. It works on
 * a copy, since opening the files would settle their journal, and that is the restarted app's own business.
 */
import { cpSync, globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";

const rows = z.array(z.object({ number: z.string(), state: z.string() }));

/** Invoice number → state, as in the files of `folder`. */
export function readStatesAfterKill(folder: string): Map<string, string> {
  const [file] = globSync(join(folder, "app", "v3", "d1", "miniflare-D1DatabaseObject", "*.sqlite")).filter(
    (name) => basename(name) !== "metadata.sqlite",
  );
  if (file === undefined) throw new Error(`There is no database in ${folder}.`);
  const copy = mkdtempSync(join(tmpdir(), "bookbridge-proof-db-"));
  try {
    cpSync(dirname(file), copy, { recursive: true });
    const database = new DatabaseSync(join(copy, basename(file)));
    const found = rows.parse(
      database
        .prepare("SELECT number, pushes.state FROM invoices JOIN pushes ON pushes.document_id = invoices.id")
        .all(),
    );
    database.close();
    return new Map(found.map(({ number, state }) => [number, state]));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
