-- What the bot keeps. Payloads are json (not jsonb: it refuses the character 0, which pastes may hold).
create table kongauth.installation (
  name text primary key,
  value bytea not null
);

-- What Slack delivered: each key once. The payload is sealed and stays until the answer is out.
create table kongauth.deliveries (
  key text primary key,
  taken_at timestamptz not null,
  payload bytea,
  holder text not null,
  lease_until timestamptz not null,
  attempts integer not null default 1
);
create index deliveries_open on kongauth.deliveries (lease_until) where payload is not null;
create index deliveries_taken on kongauth.deliveries (taken_at);

create table kongauth.budget (
  subject text not null,
  taken_at timestamptz not null
);
create index budget_subject on kongauth.budget (subject, taken_at);

create table kongauth.diagnoses (
  id text primary key,
  person text not null,
  channel text not null,
  thread_ts text,
  message_ts text,
  at timestamptz not null,
  payload json not null,
  material bytea
);
create index diagnoses_person on kongauth.diagnoses (person, at desc);
create index diagnoses_thread on kongauth.diagnoses (channel, thread_ts, at desc);
create index diagnoses_at on kongauth.diagnoses (at);

create table kongauth.feedback (
  diagnosis text not null references kongauth.diagnoses (id) on delete cascade,
  person text not null,
  good boolean not null,
  at timestamptz not null,
  primary key (diagnosis, person)
);

create table kongauth.reports (
  id text primary key,
  at timestamptz not null,
  payload json not null
);
create index reports_at on kongauth.reports (at);

create table kongauth.proposals (
  id text primary key,
  gateway text not null,
  state text not null,
  at timestamptz not null,
  payload json not null
);
create index proposals_at on kongauth.proposals (at);

create table kongauth.trail (
  number bigint generated always as identity primary key,
  gateway text not null,
  proposal text not null,
  who text not null,
  what text not null,
  at timestamptz not null,
  payload json not null
);
create index trail_gateway on kongauth.trail (gateway, number desc);
create index trail_at on kongauth.trail (at);

create table kongauth.schedules (
  id text primary key,
  channel text not null,
  owner text not null,
  gateway text not null,
  cron text not null,
  time_zone text not null,
  created_at timestamptz not null,
  -- Null: it is disabled, and the sentence says why.
  next_due timestamptz,
  why_disabled text,
  owner_told boolean not null default true
);
create index schedules_due on kongauth.schedules (next_due);

-- Each due digest once: whoever has the posting lease may post it.
create table kongauth.digest_runs (
  schedule text not null references kongauth.schedules (id) on delete cascade,
  due timestamptz not null,
  state text not null,
  holder text,
  lease_until timestamptz,
  says text,
  primary key (schedule, due)
);
create index digest_runs_due on kongauth.digest_runs (due);

create table kongauth.digests (
  id text primary key,
  gateway text not null,
  -- The schedule, or the person who asked: each is compared with the one before of its own.
  series text not null,
  at timestamptz not null,
  payload json not null
);
create index digests_series on kongauth.digests (gateway, series, at desc);
create index digests_at on kongauth.digests (at);
