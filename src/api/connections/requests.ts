/**
 * What the API accepts about connections (docs/contract.md, section 6): these schemas check what comes in, and the
 * OpenAPI document is generated from them.
 */
import { settingsPatch } from "../../connections/settings.ts";
import { named } from "../named.ts";

export const connectionPatch = named("ConnectionPatch", settingsPatch);
