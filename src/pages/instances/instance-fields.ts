/**
 * The fields of the instance form, as text and switches.
 */
import type { Form } from "../parts/form.ts";

/** An empty `connection_id` means none; a browser does not send a switch that is off. */
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
