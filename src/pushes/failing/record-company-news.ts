/**
 * Records on the company what a document's failure says about it as a whole. Never throws: if the write fails, the next
 * document reports it again.
 */
import { markSubscriptionLapsed } from "../../connections/store.ts";
import { causeText } from "../../platform/cause.ts";
import { log } from "../../platform/log.ts";
import type { CompanyNews } from "./judge-failure.ts";
import type { PushContext } from "../push-context.ts";

export async function recordCompanyNews({ connection, db, now }: PushContext, news: CompanyNews | null): Promise<void> {
  if (news === null) return;
  try {
    await markSubscriptionLapsed(db, connection.id, now());
  } catch (cause) {
    log("company.news_lost", { connectionId: connection.id, news, cause: causeText(cause) });
  }
}
