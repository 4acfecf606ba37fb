// A shop's day, told by openapi-fetch with the types that openapi-typescript makes; says what it was told.
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./attend.js";

type Schemas = components["schemas"];
type Flag = Schemas["Flag"];

const [url, key, keyToWrite, agent, asked, nextYear] = process.argv.slice(2) as [string, string, string, string, string, string];
const clientWith = (bearer: string) =>
  createClient<paths>({ baseUrl: url, headers: { Authorization: `Bearer ${bearer}` } });
const shop = clientWith(key);
const told: Record<string, unknown> = {};

const isTicket = (one: Schemas["TicketOrReceipt"]): one is Schemas["Ticket"] => "subject" in one;

/** Give the ticket that is told to who may read it. */
function ticketOf(answer: { data?: Schemas["TicketOrReceipt"] | null; error?: Schemas["Problem"] }): Schemas["Ticket"] {
  assert(answer.data && isTicket(answer.data), answer.error?.detail);
  return answer.data;
}

const question: Schemas["NewTicket"] = {
  message: { body: "Where is my order?" },
  external_id: "shop-8841",
  occurred_at: asked,
  priority: "high",
  customer: { email: "jon@example.com" },
  tags: ["wismo"],
  metadata: { page: "/orders/1001" },
  order: { id: "1001", total: { amount: "59.90", currency: "GBP" } },
};
const opened = await shop.POST("/tickets", { body: question, params: { header: { "Idempotency-Key": "shop-8841" } } });
const ticket = ticketOf(opened);
assert.deepEqual([ticket.status, ticket.priority, ticket.assignee], ["new", "high", null]);
assert.deepEqual([Date.parse(ticket.occurred_at), ticket.tags], [Date.parse(asked), ["wismo"]]);
told.opened = [opened.response.status, ticket.metadata["page"], ticket.order?.total?.amount];

const again = await shop.POST("/tickets", { body: { ...question, priority: "low" } });
told.again = [again.response.status, ticketOf(again).warnings];

const sound: Schemas["NewTicket"] = { message: { body: "And mine?" } };
const bad: Schemas["NewTicket"] = { ...sound, occurred_at: nextYear };
const batch = await shop.POST("/tickets/batch", { body: { tickets: [sound, bad] } });
const [first, second] = batch.data?.results ?? [];
assert(first?.ticket && isTicket(first.ticket));
told.batch = [batch.response.status, first.status, second?.status, second?.problem?.errors[0]?.pointer];

const params = { path: { ref: ticket.reference } };
const read = await shop.GET("/tickets/{ref}", { params });
const messages = await shop.GET("/tickets/{ref}/messages", { params });
assert.deepEqual([messages.data?.data[0]?.way, messages.data?.next_cursor], [null, null]);
told.read = [read.data?.external_id, messages.data?.data[0]?.body];

const reply: Schemas["SaidMessage"] = { body: "It left this morning.", author: { kind: "agent", agent }, then: "wait" };
const said = await shop.POST("/tickets/{ref}/messages", { params, body: reply });
assert(said.data && "author" in said.data.message);
assert.equal(said.data.ticket.status, "pending");
told.said = [said.response.status, said.data.message.author.agent];

ticketOf(await shop.PUT("/tickets/{ref}/acknowledgement", { params, body: { agent } }));
const assigned = ticketOf(await shop.PUT("/tickets/{ref}/assignee", { params, body: { assignee: agent } }));
const resolved = ticketOf(await shop.PUT("/tickets/{ref}/status", { params, body: { status: "resolved", agent } }));
told.handled = [assigned.assignee, resolved.status];

const clocks = (await shop.GET("/tickets/{ref}/clocks", { params })).data?.data ?? [];
const response = clocks.find((clock) => clock.metric === "first_response");
assert.deepEqual([response?.state, response?.basis], ["late", "business"]);
assert(Date.parse(response?.due_at ?? "") > Date.parse(asked));
assert.deepEqual([Date.parse(response?.ledger[0]?.from ?? ""), response?.ledger[0]?.kind], [Date.parse(asked), "running"]);
told.clocks = clocks.map((clock) => clock.metric).sort();

const flags: Flag[] = [];
let cursor: string | null | undefined;
do {
  const asking = { ticket: [ticket.reference], level: ["breached" as const], open: false, limit: 1 };
  const page = await shop.GET("/flags", { params: { query: cursor ? { ...asking, cursor } : asking } });
  assert(page.data, page.error?.detail);
  flags.push(...page.data.data);
  cursor = page.data.next_cursor;
} while (cursor);
assert(flags.every((flag) => Date.parse(flag.noticed_at) > Date.parse(flag.raised_at)));
told.flags = flags.map((flag) => flag.metric).sort();

const listed = await shop.GET("/tickets", { params: { query: { status: ["new", "resolved"] } } });
told.listed = listed.data?.data.length;
told.followed = (await shop.GET("/tickets", { params: { query: { updated_since: asked } } })).response.status;

const nonsense = { ...bad, external_id: "\ufffd" };
const refused = await shop.POST("/tickets", { body: nonsense });
told.refused = [refused.response.status, refused.error?.errors.map((fault) => fault.pointer).sort()];

const receipt = (await clientWith(keyToWrite).POST("/tickets", { body: sound })).data;
assert(receipt && !isTicket(receipt));
told.receipt = receipt.status;

console.log(JSON.stringify(told));
