-- What somebody wrote by hand with a decision (手写意见), named by its hash; decisions in `instance` name it.
create table handwriting (
    hash text primary key not null,
    instance_id text not null,
    -- Whose hand.
    person_id text not null,
    -- JSON: `andu.handwritten-opinion/1`.
    opinion text not null
) strict;
create index handwriting_by_instance on handwriting (instance_id);
