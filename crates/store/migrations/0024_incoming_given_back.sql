-- How the draft that came with a document was given back to who wrote it; empty where it was not.
alter table incoming add column given_back text not null default '';
