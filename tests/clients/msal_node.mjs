// MSAL for Node.js: device code, browser (authorization code with PKCE), and renewal.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { PublicClientApplication } from "@azure/msal-node";

const cloud = JSON.parse(readFileSync(process.argv[2], "utf8"));
const version = createRequire(import.meta.url)("@azure/msal-node/package.json").version;

function application(tenant) {
  const authority = tenant ? `${new URL(cloud.authority).origin}/${tenant}` : cloud.authority;
  return new PublicClientApplication({
    auth: { clientId: cloud.client_id, authority, knownAuthorities: [new URL(authority).host] },
  });
}

async function events(token) {
  const answer = await fetch(`${cloud.graph}/me/events?$top=50`, { headers: { Authorization: `Bearer ${token}` } });
  if (!answer.ok) throw new Error(`Graph answers ${answer.status}`);
  return (await answer.json()).value.length;
}

// What a browser does with the sign-in's last page: it follows a redirect, or posts the form to the loopback address.
async function browse(url) {
  const page = await (await fetch(url)).text();
  const action = page.match(/<form method="post" action="([^"]+)"/)?.[1];
  const fields = [...page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)].map((each) => each.slice(1));
  const decoded = (text) => text.replaceAll("&amp;", "&").replaceAll("&quot;", '"').replaceAll("&#x27;", "'");
  const body = new URLSearchParams(fields.map(([name, value]) => [name, decoded(value)]));
  if (action) await fetch(decoded(action), { method: "POST", body });
}

const found = {};
for (const tenant of ["", "common", "organizations", "consumers"]) {
  const app = application(tenant);
  const byCode = await app.acquireTokenByDeviceCode({ scopes: cloud.scopes, deviceCodeCallback: () => {} });
  found[`device code, ${tenant || "tenant"}`] = await events(byCode.accessToken);
  if (tenant) continue;
  for (let turn = 1; turn <= 2; turn++) {
    const renewed = await app.acquireTokenSilent({
      account: byCode.account, scopes: cloud.scopes, forceRefresh: true,
    });
    if (renewed.accessToken === byCode.accessToken) throw new Error("nothing was renewed");
    found[`renewal ${turn}`] = await events(renewed.accessToken);
  }
}
const inBrowser = await application("").acquireTokenInteractive({ scopes: cloud.scopes, openBrowser: browse });
found.browser = await events(inBrowser.accessToken);
console.log(JSON.stringify({ versions: { "@azure/msal-node": version, node: process.versions.node }, events: found }));
