/**
 * Intuit's consent page: a plain form with the companies as radio buttons and the buttons Approve and Deny. It works
 * without JavaScript; an invalid request is shown as a page and never redirected.
 */
import { Hono, type Context } from "hono";
import type { Company } from "../control/companies.ts";
import type { Env } from "../env.ts";
import { Layout } from "../pages/layout.tsx";
import { intuitStub } from "../stubs.ts";
import { callbackUrl, judgeAuthorize, needsCompany, type AuthorizeRequest } from "./authorize-request.ts";

const PATH = "/connect/oauth2";

export const authorizeRoutes = new Hono<{ Bindings: Env }>();

authorizeRoutes.get(PATH, async (c) => {
  const intuit = intuitStub(c.env);
  const judged = judgeAuthorize((name) => c.req.query(name), c.env, await intuit.oauthSettings());
  if (!judged.ok) return refusal(c, judged.reason);
  const companies = needsCompany(judged.request.scope) ? await intuit.listCompanies() : [];
  c.header("Content-Security-Policy", consentPolicy(judged.request.redirectUri));
  return c.html(<ConsentPage request={judged.request} companies={companies} />);
});

authorizeRoutes.post(PATH, async (c) => {
  const form = await c.req.parseBody();
  const read = (name: string): string | undefined => (typeof form[name] === "string" ? form[name] : undefined);
  const intuit = intuitStub(c.env);
  const judged = judgeAuthorize(read, c.env, await intuit.oauthSettings());
  if (!judged.ok) return refusal(c, judged.reason);
  const { request } = judged;
  if (read("decision") !== "approve") {
    return c.redirect(callbackUrl(request.redirectUri, { error: "access_denied", state: request.state }), 302);
  }
  const redirectTo = await approve(c.env, request, read("realm_id") ?? "");
  return redirectTo === null ? refusal(c, "The company does not exist.") : c.redirect(redirectTo, 302);
});

/** The address that Approve leads to, with a fresh code; null if the company does not exist. */
export async function approve(env: Env, request: AuthorizeRequest, realmId: string): Promise<string | null> {
  const intuit = intuitStub(env);
  const isForCompany = needsCompany(request.scope);
  if (isForCompany && (await intuit.findCompany(realmId)) === null) return null;
  const code = await intuit.issueCode({
    clientId: request.clientId,
    redirectUri: request.redirectUri,
    scope: request.scope,
    realmId: isForCompany ? realmId : null,
  });
  return callbackUrl(request.redirectUri, { code, state: request.state, ...(isForCompany ? { realmId } : {}) });
}

function refusal(c: Context<{ Bindings: Env }>, reason: string) {
  return c.html(
    <Layout title="Connection problem">
      <h1>Sorry, there is a connection problem</h1>
      <p>{reason}</p>
      <p>Go back to the app and try again. Nothing was connected.</p>
    </Layout>,
    400,
  );
}

/** Browsers also check the redirect after a form, so the app's own origin has to be allowed. */
function consentPolicy(redirectUri: string): string {
  return `default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'; form-action 'self' ${new URL(redirectUri).origin}`;
}

function ConsentPage(props: { request: AuthorizeRequest; companies: Company[] }) {
  const { request, companies } = props;
  return (
    <Layout title="Connect an app">
      <h1>Connect an app to QuickBooks</h1>
      <p>
        An app at <strong>{new URL(request.redirectUri).host}</strong> asks for access to your data:{" "}
        {request.scope.split(" ").join(", ")}.
      </p>
      <form method="post" action={PATH} class="panel">
        <input type="hidden" name="client_id" value={request.clientId} />
        <input type="hidden" name="redirect_uri" value={request.redirectUri} />
        <input type="hidden" name="response_type" value="code" />
        <input type="hidden" name="scope" value={request.scope} />
        <input type="hidden" name="state" value={request.state} />
        {companies.length === 0 ? null : (
          <fieldset>
            <legend>Which company?</legend>
            {companies.map((company, index) => (
              <label class="choice">
                <input type="radio" name="realm_id" value={company.realmId} checked={index === 0} required />
                <span>{company.profile.name}</span>
              </label>
            ))}
          </fieldset>
        )}
        <div class="buttons">
          <button type="submit" name="decision" value="approve" class="primary">
            Approve
          </button>
          <button type="submit" name="decision" value="deny">
            Deny
          </button>
        </div>
      </form>
    </Layout>
  );
}
