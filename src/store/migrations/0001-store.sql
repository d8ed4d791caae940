-- What the bot keeps. Payloads are json (not jsonb: it refuses the character 0, which pastes may hold).
create table kongauth.installation (
  name text primary key,
  value bytea not null
);
create table kongauth.envelopes (
  key text primary key,
  expires_at timestamptz not null
);
create index envelopes_expiry on kongauth.envelopes (expires_at);
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
  gateway text,
  cron text not null,
  time_zone text not null,
  enabled boolean not null,
  why_disabled text,
  created_at timestamptz not null
);
create table kongauth.snapshots (
  gateway text not null,
  at timestamptz not null,
  payload json not null,
  primary key (gateway, at)
);
