/**
 * Two ways to a first order: a button that sends a sample order, and a ready-made command that signs and sends an invoice.
 * Only markup and text.
 */
import { type Instance, webhookUrl } from "../../instances/instance.ts";
import { CopyBlock } from "../../ui/copy-text.tsx";

export interface SampleProps {
  instance: Instance;
  appOrigin: string;
  secret: string | null;
  /** The home currency of the company that it is sent to. */
  currency: string;
  now: Date;
  /** Makes a form that is posted twice send one order. */
  sampleKey: string;
  maySend: boolean;
}

export function SampleCard({ instance, appOrigin, secret, currency, now, sampleKey, maySend }: SampleProps) {
  return (
    <section class="card" id="sample-order" aria-labelledby="sample-title">
      <h2 id="sample-title">Try it</h2>
      {maySend && (
        <>
          <p class="muted">
            A sample order goes the way of every other order: signed, received, shown on Fulfillment, and invoiced when
            you create its invoice. You can cancel it on its page.
          </p>
          <form method="post" action={`/settings/instances/${instance.id}/sample-order`}>
            <input type="hidden" name="key" value={sampleKey} />
            <button type="submit" class="button">
              Send a sample order
            </button>
          </form>
        </>
      )}
      <p class="muted">
        Or paste this into a shell with <code>openssl</code> and <code>curl</code>. It signs one invoice and sends it.
        {secret ? "" : " Reveal the secret first, and it is filled in here."}
      </p>
      <CopyBlock
        id="sample"
        label="curl sample"
        value={curlSample(webhookUrl(appOrigin, instance.id), secret, currency, now)}
      />
    </section>
  );
}

/** The sample as text; every run creates another invoice, since the number is the current time. */
export function curlSample(url: string, secret: string | null, currency: string, now: Date): string {
  const date = now.toISOString().slice(0, 10);
  return `SECRET='${secret ?? "whsec_..."}'
URL='${url}'
NOW=$(date +%s); ID="msg_$NOW"; STAMP=$(date -u +%Y-%m-%dT%H:%M:%SZ)
BODY='{"type":"invoice.created","timestamp":"'$STAMP'","data":{"id":"sample-'$NOW'","number":"S-'$NOW'","date":"${date}",
"order":{"id":"sample-order-'$NOW'","number":"S-'$NOW'","currency":"${currency}","customer":{"id":"sample-buyer","name":"Sample Buyer"},
"lines":[{"sku":"SAMPLE-1","name":"Sample product","quantity":"2","unit_price":"12.50","taxable":false}],"total":"25.00"}}}'
KEY=$(printf %s "\${SECRET#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \\n')
SIG=$(printf %s "$ID.$NOW.$BODY" | openssl dgst -sha256 -mac HMAC -macopt hexkey:"$KEY" -binary | openssl base64 -A)
curl -sS "$URL" -H 'content-type: application/json' -H "webhook-id: $ID" -H "webhook-timestamp: $NOW" \\
  -H "webhook-signature: v1,$SIG" --data-binary "$BODY"
`;
}
