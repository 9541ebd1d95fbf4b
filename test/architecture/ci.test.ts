/** `.ci/run` runs the tests in an empty home and temporary folder of its own, removes both, and hands on how they ended. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "./sources.ts";

/** In npm's place: answers questions for its settings, and notes in which folders it was to run the tests. */
const PRETEND_NPM = `#!/bin/sh
[ "$1" = config ] && { echo "/npm/$3"; exit 0; }
touch "$TMPDIR/left-behind"
echo "$*|$HOME|$(ls -A "$HOME")|$TMPDIR|$npm_config_cache|$npm_config_userconfig" > "$NOTES"
exit "$PRETEND_CODE"
`;

test.skipIf(process.platform === "win32").each([0, 3])("own folders, gone afterwards, exit code %i", (code) => {
  const folder = mkdtempSync(join(tmpdir(), "bookbridge-ci-"));
  try {
    const notes = join(folder, "notes");
    writeFileSync(join(folder, "npm"), PRETEND_NPM);
    chmodSync(join(folder, "npm"), 0o700);
    const path = [folder, process.env["PATH"] ?? ""].join(delimiter);
    const env = { ...process.env, PATH: path, NOTES: notes, PRETEND_CODE: String(code) };
    const run = spawnSync(join(ROOT, ".ci", "run"), [], { env, encoding: "utf8" });
    expect({ code: run.status, stderr: run.stderr }).toEqual({ code, stderr: "" });
    const [args, home = "", inHome, tmp = "", cache, userConfig] = readFileSync(notes, "utf8").trimEnd().split("|");
    expect({ args, inHome, cache, userConfig }).toEqual({
      args: "test",
      inHome: "",
      cache: "/npm/cache",
      userConfig: "/npm/userconfig",
    });
    for (const own of [home, tmp]) {
      expect([process.env["HOME"], process.env["TMPDIR"], "", tmpdir()]).not.toContain(own);
      expect(existsSync(own)).toBe(false);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
