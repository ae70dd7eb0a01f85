// Lighthouse: reads what to audit as JSON, and writes what it found as a line of JSON for each page.

import { text } from "node:stream/consumers";

import lighthouse, { desktopConfig } from "lighthouse";

const CONFIGS = { mobile: undefined, desktop: desktopConfig };
const TIMES = ["largest-contentful-paint", "cumulative-layout-shift", "total-blocking-time"];
/** What does not depend on how fast the machine is, found with little waiting. */
const AT_ONCE = {
  pauseAfterFcpMs: 500,
  pauseAfterLoadMs: 500,
  networkQuietThresholdMs: 500,
  cpuQuietThresholdMs: 0,
  disableFullPageScreenshot: true,
  onlyCategories: ["accessibility", "best-practices", "seo", "agentic-browsing"],
  onlyAudits: [...TIMES, "network-requests"],
};

const { port, visits, isQuick } = JSON.parse(await text(process.stdin));

for (const { url, form } of visits) {
  const flags = { port, logLevel: "error", ...(isQuick ? AT_ONCE : {}) };
  const { lhr } = await lighthouse(url, flags, CONFIGS[form]);
  if (lhr.runtimeError) throw new Error(`${url}: ${lhr.runtimeError.message}`);
  process.stdout.write(`${JSON.stringify({ url, form, ...summarize(lhr) })}\n`);
}

function summarize({ categories, audits }) {
  const requests = audits["network-requests"].details.items;
  const audited = Object.values(categories).flatMap(({ id, auditRefs }) =>
    auditRefs.filter(({ weight }) => weight > 0 && id !== "performance").map((each) => audits[each.id]),
  );
  const [lcp, cls, tbt] = TIMES.map((id) => audits[id].numericValue);
  return {
    scores: Object.fromEntries(Object.values(categories).map(({ id, score }) => [id, Math.round(100 * score)])),
    failed: audited.filter(({ score }) => score !== null && score < 1).map(({ id }) => id),
    lcp_ms: Math.round(lcp),
    cls,
    tbt_ms: Math.round(tbt),
    bytes: requests.reduce((sum, { transferSize }) => sum + transferSize, 0),
    requests: requests.length,
    scripts: requests.filter(({ resourceType }) => resourceType === "Script").length,
  };
}
