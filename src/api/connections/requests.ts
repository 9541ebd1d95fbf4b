/**
 * What the API takes about connections (docs/contract.md, section 6): these shapes check what comes in, and the OpenAPI document is made
 * from them.
 */
import { settingsPatch } from "../../connections/settings.ts";
import { named } from "../named.ts";

export const connectionPatch = named("ConnectionPatch", settingsPatch);
