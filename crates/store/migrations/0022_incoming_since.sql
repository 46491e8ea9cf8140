-- Since when a document that came is where it is; empty where it is nowhere.
alter table incoming add column now_since text not null default '';
