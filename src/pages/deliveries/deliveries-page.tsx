/**
 * The list of deliveries of every instance, refused ones too. Filters, search and position are in the address.
 */
import { type Context, Hono } from "hono";
import type { AppEnv } from "../../app-context.ts";
import { listWrongSignatures } from "../../inbox/delivery-counts.ts";
import { type DeliveryRow, listDeliveries } from "../../inbox/list-deliveries.ts";
import type { Instance } from "../../instances/instance.ts";
import { listInstances } from "../../instances/store.ts";
import { numbersOf } from "../../orders/store.ts";
import { needs } from "../../people/route-access.ts";
import type { Db } from "../../platform/db.ts";
import { PageHead } from "../../ui/layout.tsx";
import { isFragmentRequest, respondWithFragment } from "../../ui/respond.tsx";
import { readQuery } from "../parts/form.ts";
import { showPage } from "../parts/shell.tsx";
import {
  DeliveryFilters,
  type DeliveryListProps,
  type DeliveryNames,
  DeliveryResults,
  WrongSignatures,
} from "./deliveries-view.tsx";
import { deliveryFilterTexts, deliveryPageRequest, toDeliveryFilter } from "./delivery-filter.ts";

const WRONG_SIGNATURE_DAYS = 7;
const WRONG_SIGNATURE_ROWS = 24;

export const deliveriesPage = new Hono<AppEnv>();

deliveriesPage.get("/deliveries", needs("read"), async (c) => {
  const instances = await listInstances(c.get("db"), { includeRemoved: true });
  const props = await readList(c, instances);
  if (isFragmentRequest(c)) return respondWithFragment(c, c.get("nonce"), <DeliveryResults {...props} />);
  const wrong = { days: WRONG_SIGNATURE_DAYS, limit: WRONG_SIGNATURE_ROWS };
  const hours = await listWrongSignatures(c.get("db"), wrong, props.now);
  const body = (
    <>
      <PageHead title="Deliveries" lead="Everything that the order systems sent, and what became of it." />
      <DeliveryFilters texts={props.texts} instances={instances} />
      <DeliveryResults {...props} />
      <WrongSignatures hours={hours} names={props.names} now={props.now} />
    </>
  );
  return showPage(c, { title: "Deliveries", body });
});

async function readList(c: Context<AppEnv>, instances: Instance[]): Promise<DeliveryListProps> {
  const { values } = readQuery(c);
  const texts = deliveryFilterTexts(values);
  const page = await listDeliveries(c.get("db"), toDeliveryFilter(texts), deliveryPageRequest(values));
  const { pathname, search } = new URL(c.req.url);
  const names = await readNames(c.get("db"), page.rows, instances);
  return { ...page, names, texts, url: pathname + search, now: c.get("now") };
}

/** The names of what deliveries refer to. */
export async function readNames(db: Db, rows: DeliveryRow[], instances: Instance[]): Promise<DeliveryNames> {
  return {
    instances: new Map(instances.map(({ id, name }) => [id, name])),
    orderNumbers: await numbersOf(
      db,
      rows.flatMap(({ orderId }) => orderId ?? []),
    ),
  };
}
