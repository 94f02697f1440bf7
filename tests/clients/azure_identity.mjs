// @azure/identity signs in, @microsoft/microsoft-graph-client reads the calendar.
import { readFileSync } from "node:fs";
import { DeviceCodeCredential } from "@azure/identity";
import { Client, PageIterator } from "@microsoft/microsoft-graph-client";
import { TokenCredentialAuthenticationProvider } from "@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js";

const cloud = JSON.parse(readFileSync(process.argv[2], "utf8"));
const versions = Object.fromEntries(
  ["@azure/identity", "@microsoft/microsoft-graph-client"].map((name) => [
    name, JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url))).version,
  ]),
);
const authority = new URL(cloud.authority);

async function read(tenantId, scopes) {
  const credential = new DeviceCodeCredential({
    tenantId, clientId: cloud.client_id, authorityHost: authority.origin, disableInstanceDiscovery: true,
    userPromptCallback: () => {},
  });
  const client = Client.initWithMiddleware({
    authProvider: new TokenCredentialAuthenticationProvider(credential, { scopes }),
    baseUrl: new URL(cloud.graph).origin, defaultVersion: "v1.0", customHosts: new Set([authority.hostname]),
  });
  const me = await client.api("/me").select(["displayName", "mail"]).get();
  if (!me.displayName) throw new Error("no one is signed in");
  const window = { startDateTime: cloud.from, endDateTime: cloud.to };
  const first = await client.api("/me/calendarView").query(window).top(5).orderby("start/dateTime").get();
  let events = 0;
  await new PageIterator(client, first, () => ++events > 0).iterate();
  return events;
}

const found = {};
for (const [name, tenant, scopes] of [
  ["device code, tenant", authority.pathname.slice(1), cloud.scopes],
  ["device code, common", "common", cloud.scopes],
  ["device code, .default", "organizations", [".default"]],
]) found[name] = await read(tenant, scopes);
console.log(JSON.stringify({ versions: { ...versions, node: process.versions.node }, events: found }));
