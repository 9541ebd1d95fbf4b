/**
 * What the API returns about the status (docs/contract.md, section 6): what the status page shows, under the name that
 * the OpenAPI document gives it.
 */
import { statusReport } from "../../actions/status-report.ts";
import { named } from "../named.ts";

export const statusSchema = named("Status", statusReport);
