/**
 * Loads the demo through the front door: an administrator, the emulator's company connected, an instance
 * 'Northwind Traders' with Auto invoice on, 40 real orders as signed webhooks and five that show what can go wrong.
 * Safe to repeat; it loads nothing twice.
 */
import { type DemoState, keepDemoState, readDemoState } from "./demo-state.ts";
import {
  Api,
  type Credentials,
  connectCompany,
  createApiKey,
  createInstance,
  enter,
  findConnection,
  wholesalerSettings,
} from "./front-door.ts";
import { sendOrdersFrom } from "./next-orders.ts";
import { sendSpecialOrders } from "./special-orders.ts";

const DEMO_COMPANY = "Harbour Trading Co.";
const DEMO_INSTANCE = "Northwind Traders";
export const DEMO_ORDER_COUNT = 40;
/** The oldest order is less than two years older than the newest. */
const YEARS_OF_STOCK = 4;

export interface DemoPlace {
  folder: string;
  appOrigin: string;
  emulatorOrigin: string;
  setupToken: string;
  credentials: Credentials;
}

/** Returns the API to look at the result with, and whether the orders were sent by this call. */
export async function loadDemo(place: DemoPlace): Promise<{ api: Api; isNew: boolean }> {
  const state = readDemoState(place.folder);
  const api = await signInAndGetKey(place, state);
  if (state.isLoaded) return { api, isNew: false };
  state.connectionId ??= await connectDemoCompany(place, api);
  keepDemoState(place.folder, state);
  state.webhook ??= await createDemoInstance(api, state.connectionId);
  keepDemoState(place.folder, state);
  await sendOrdersFrom(place.folder, place.appOrigin, 0, DEMO_ORDER_COUNT);
  const { realm_id: realmId } = await api.call<{ realm_id: string }>("GET", `/connections/${state.connectionId}`);
  await sendSpecialOrders(
    { url: place.appOrigin + state.webhook.path, secret: state.webhook.secret },
    place.emulatorOrigin,
    realmId,
  );
  keepDemoState(place.folder, { ...state, ordersTaken: DEMO_ORDER_COUNT, isLoaded: true });
  return { api, isNew: true };
}

async function signInAndGetKey(place: DemoPlace, state: DemoState): Promise<Api> {
  if (state.apiKey === null) {
    const visitor = await enter(place.appOrigin, place.setupToken, place.credentials);
    state.apiKey = await createApiKey(visitor, "Demo", "admin");
    keepDemoState(place.folder, state);
  }
  return new Api(place.appOrigin, state.apiKey);
}

async function connectDemoCompany(place: DemoPlace, api: Api): Promise<string> {
  const response = await fetch(`${place.emulatorOrigin}/control/companies`);
  const companies = await response.json<{ data: { realm_id: string; name: string }[] }>();
  const company = companies.data.find(({ name }) => name === DEMO_COMPANY);
  if (!company) throw new Error(`The emulator has no company '${DEMO_COMPANY}'.`);
  const visitor = await enter(place.appOrigin, place.setupToken, place.credentials);
  await connectCompany(visitor, place.emulatorOrigin, company.realm_id);
  const connection = await findConnection(api, company.realm_id);
  const startYear = new Date().getUTCFullYear() - YEARS_OF_STOCK;
  await api.call("PATCH", `/connections/${connection.id}`, wholesalerSettings(`${startYear}-01-01`));
  return connection.id;
}

async function createDemoInstance(api: Api, connectionId: string): Promise<NonNullable<DemoState["webhook"]>> {
  const instance = await createInstance(api, DEMO_INSTANCE, connectionId, true);
  return { path: new URL(instance.webhook_url).pathname, secret: instance.webhook_secret };
}
