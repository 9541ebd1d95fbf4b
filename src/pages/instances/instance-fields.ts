/**
 * The fields of the form of an instance, as texts and switches.
 */
import type { Form } from "../parts/form.ts";

/** `connection_id` is empty for none; a switch that is off is not sent by a browser. */
export function instanceFields(form: Form): {
  name: string;
  connection_id: string;
  enabled: boolean;
  auto_invoice: boolean;
} {
  const { values } = form;
  return {
    name: values["name"] ?? "",
    connection_id: values["connection_id"] ?? "",
    enabled: values["enabled"] === "true",
    auto_invoice: values["auto_invoice"] === "true",
  };
}
