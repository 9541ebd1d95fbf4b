/**
 * The frame of every page of the emulator: head, one style sheet, a link home. No script is ever loaded. It knows no
 * company and no call.
 */
import { raw } from "hono/html";
import type { Child } from "hono/jsx";

export function Layout(props: { title: string; children?: Child }) {
  return (
    <>
      {raw("<!DOCTYPE html>")}
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <title>{`${props.title} - QuickBooks emulator`}</title>
          <link rel="stylesheet" href="/emulator.css" />
          <link rel="icon" href="data:," />
        </head>
        <body>
          <header class="top">
            <a href="/">QuickBooks emulator</a>
            <span class="note">Runs on your machine. Nothing here reaches Intuit.</span>
          </header>
          <main>{props.children}</main>
        </body>
      </html>
    </>
  );
}
