/**
 * The frame around every page: head, skip link, navigation, banners, notices, main part. It knows words and links but
 * no domain; a page's content comes in as children.
 */
import type { Child } from "hono/jsx";
import { Icon, type IconName } from "./icons.tsx";
import { useNonce } from "./nonce.ts";

export interface NavItem {
  href: string;
  label: string;
  icon: IconName;
}

export interface NavGroup {
  label: string | null;
  items: NavItem[];
}

export interface FrameProps {
  title: string;
  /** Path of the page, to mark its entry in the navigation. */
  path: string;
  navigation: NavGroup[];
  /** Who is signed in; null leaves out navigation and Sign out. */
  signedInAs: string | null;
  /** A page that is only read and never reloads parts: it needs no htmx. */
  isStatic?: boolean;
  banners?: Child;
  notice?: Child;
  children?: Child;
}

const PRODUCT = "Bookbridge";

/** A part that refreshes itself leaves alone what a person has opened, closed or moved in the meantime. */
const HTMX_CONFIG = JSON.stringify({
  extensions: "hx-csp",
  morphIgnore: ["data-htmx-powered", "data-open", "data-closed", "data-submitted", "open", "style"],
});

/** The head that every document shares. */
function Head({ title, isStatic = false }: { title: string; isStatic?: boolean | undefined }) {
  const nonce = useNonce();
  return (
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="htmx-config" content={HTMX_CONFIG} />
      <title>{`${title} · ${PRODUCT}`}</title>
      <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
      <link rel="stylesheet" href="/built/app.css" />
      <script src={isStatic ? "/built/app.js" : "/built/pages.js"} nonce={nonce} defer />
    </head>
  );
}

/** A page for somebody who is signed in: navigation beside (wide) or above (narrow) the main part. */
export function Frame(props: FrameProps) {
  return (
    <html lang="en">
      <Head title={props.title} isStatic={props.isStatic} />
      <body class="frame">
        <a class="skip-link" href="#main">
          Skip to main content
        </a>
        <header class="side">
          <a class="brand" href="/">
            <Mark />
            <span>{PRODUCT}</span>
          </a>
          <details class="menu">
            <summary>Menu</summary>
          </details>
          <Navigation {...props} />
        </header>
        <div class="page">
          {props.banners}
          <main id="main" tabindex={-1}>
            <div id="notice" aria-live="polite">
              {props.notice}
            </div>
            {props.children}
          </main>
        </div>
      </body>
    </html>
  );
}

function Navigation({ navigation, path, signedInAs }: FrameProps) {
  return (
    <div class="side-body">
      <nav aria-label="Main">
        {navigation.map((group) => (
          <div class="nav-group">
            {group.label && <p class="nav-label">{group.label}</p>}
            <ul>
              {group.items.map((item) => (
                <li>
                  <a href={item.href} {...(isCurrent(item.href, path) ? { "aria-current": "page" as const } : {})}>
                    <Icon name={item.icon} />
                    {item.label}
                  </a>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </nav>
      {signedInAs && (
        <form method="post" action="/logout" class="sign-out">
          <p class="muted small">
            <a href="/settings/account" {...(path === "/settings/account" ? { "aria-current": "page" as const } : {})}>
              {signedInAs}
            </a>
          </p>
          <button type="submit" class="button quiet">
            Sign out
          </button>
        </form>
      )}
    </div>
  );
}

/** A page with one small task and no navigation: signing in, setting up, accepting an invitation. */
export function NarrowFrame({ title, notice, children }: { title: string; notice?: Child; children?: Child }) {
  return (
    <html lang="en">
      <Head title={title} />
      <body class="narrow-frame">
        <main id="main" tabindex={-1}>
          <p class="brand">
            <Mark />
            <span>{PRODUCT}</span>
          </p>
          <div id="notice" aria-live="polite">
            {notice}
          </div>
          {children}
        </main>
      </body>
    </html>
  );
}

/** The head of a page: its title, a line below it, and the actions. */
export function PageHead({
  title,
  lead,
  crumbs,
  children,
}: {
  title: string;
  lead?: Child;
  crumbs?: { href: string; label: string };
  children?: Child;
}) {
  return (
    <div class="page-head">
      <div>
        {crumbs && (
          <p class="crumbs">
            <a href={crumbs.href}>{crumbs.label}</a>
          </p>
        )}
        <h1>{title}</h1>
        {lead && <p class="lead">{lead}</p>}
      </div>
      {children && <div class="page-actions">{children}</div>}
    </div>
  );
}

function Mark() {
  return (
    <svg class="mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
      <rect width="24" height="24" rx="6" class="mark-ground" />
      <path d="M4 16c0-5 3.6-8 8-8s8 3 8 8M4 16h16M8 16v-6.6M16 16v-6.6M12 16V8" class="mark-line" />
    </svg>
  );
}

function isCurrent(href: string, path: string): boolean {
  return href === "/" ? path === "/" : path === href || path.startsWith(`${href}/`);
}
