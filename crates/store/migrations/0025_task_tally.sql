-- How many tasks somebody has in each state: kept as tasks are put, since counting them means reading them.
create table task_tally (
    person_id text not null,
    state text not null,
    is_urgent integer not null,
    many integer not null,
    primary key (person_id, state, is_urgent)
) strict;
insert into task_tally (person_id, state, is_urgent, many)
    select person_id, state, case when urgency in ('extra_urgent', 'most_immediate') then 1 else 0 end, count(*)
    from task group by 1, 2, 3;
