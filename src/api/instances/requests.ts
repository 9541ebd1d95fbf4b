/**
 * What the API accepts about instances (docs/contract.md, section 6): these schemas check what comes in, and the
 * OpenAPI document is generated from them.
 */
import { instancePatch, newInstance } from "../../actions/instance-settings.ts";
import { named } from "../named.ts";

export const instanceCreate = named("InstanceCreate", newInstance);
export const instanceChange = named("InstancePatch", instancePatch);
