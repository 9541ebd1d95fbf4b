/**
 * Whoever reads 'docs/contract.md, section 5' finds there what is meant: each cited document, section and rule exists, and
 * nothing is cited in another form, which no test could follow, or from a place that the repository does not hold.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { countCitations, DOCUMENTS, parseDocument, readDocument, wrongCitations } from "./cited-documents.ts";
import { ROOT } from "./sources.ts";

const TEXT = /\.(?:ts|tsx|mjs|js|css|sql|toml|json|yml|md)$/;
/** The documents themselves refer to each other by their bare names; this test and its reader spell wrong forms. */
const LEFT_OUT = new Set([
  ...DOCUMENTS.map((name) => `docs/${name}.md`),
  "package-lock.json",
  "test/architecture/cited-documents.ts",
  "test/architecture/cited-documents.test.ts",
]);

const documents = new Map(DOCUMENTS.map((name) => [name as string, readDocument(name)]));
const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: ROOT,
  encoding: "utf8",
})
  .split("\n")
  .filter((path) => TEXT.test(path) && !LEFT_OUT.has(path) && existsSync(join(ROOT, path)))
  .map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }));

test("every citation leads to a section that is there, and none has another form", () => {
  expect(files.flatMap(({ path, text }) => wrongCitations(path, text, documents))).toEqual([]);
});

test("citations are found", () => {
  const found = files.reduce((sum, { text }) => sum + countCitations(text), 0);
  expect(found).toBeGreaterThan(150);
  expect(documents.get("contract")?.sections).toContain("10");
  expect(documents.get("qbo-api")?.sections).toContain("5.8");
  expect(documents.get("architecture")?.rules.get("3")).toHaveLength(11);
});

const EXAMPLE = new Map(
  Object.entries({
    contract: parseDocument("# Contract\n## 1. Commands\n## 5. Webhooks\n"),
    architecture: parseDocument("## 3. Exactly once\n1. One.\n2. Two.\n3. Three.\n## 4. Gate\n"),
    "qbo-api": parseDocument("## 5. Entities\n### 5.2 Preferences\n### 5.8 Invoice\n"),
  }),
);

test.each([
  "docs/contract.md",
  "docs/contract.md, section 5",
  "(docs/contract.md,\n * section 5): what comes in",
  "docs/contract.md, sections 1 and 5; docs/qbo-api.md, sections 5 to 5.8",
  "docs/architecture.md, section 3, rule 2",
  "docs/architecture.md, section 3, rules 1 to 3",
  "RFC 9110, section 15.5.6",
  "docs/architecture.md, section 3: without rule 2 …",
  "README.md, docs/storage.md, storage.md, https://example.com/other.md",
  "flows/contract/moving",
])("is right: %s", (text) => {
  expect(wrongCitations("test/example.ts", `// ${text}\n`, EXAMPLE)).toEqual([]);
});

test.each([
  "contract, section 5",
  "docs/contract, section 5",
  "contract.md, section 5",
  "Contract: what comes in",
  "as the contract says",
  "section 8 of the contract",
  "docs/contract.md section 5",
  "docs/contract.md, section 6",
  "docs/contract.md,\n * section 6",
  "docs/contract.md, sections 1 and 6",
  "docs/contract.md, sections 5",
  "docs/contract.md, section 1 and 5",
  "docs/qbo-api.md 5.8",
  "docs/qbo-api.md, section 5.9",
  "qbo-api, 5.8",
  "docs/architecture.md, section 3, rule 4",
  "docs/architecture.md, section 3, rules 3 to 4",
  "docs/architecture.md, section 4, rule 1",
  "(rule 2)",
  "docs/architecture.md, section 3: without rule 4 …",
  "docs/features.md",
  "reviews/design.md",
  "../shared/contract.md",
  "issue 7",
  "E12",
  "QuickBooks facts section 3",
])("is refused: %s", (text) => {
  expect(wrongCitations("test/example.ts", `// ${text}\n`, EXAMPLE)).not.toEqual([]);
});

test("in src/ a rule is cited whole, also where the file cites its section", () => {
  const text = "// docs/architecture.md, section 3\n// and so (rule 2)\n";
  expect(wrongCitations("test/example.ts", text, EXAMPLE)).toEqual([]);
  expect(wrongCitations("src/pushes/example.ts", text, EXAMPLE)).toHaveLength(1);
});
