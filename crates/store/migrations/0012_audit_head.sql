-- How long the audit log is and the hash of its last entry, noted beside it: a chain alone does not show that it was
-- cut at its end.
insert into meta (name, value)
select 'audit_head', cast(entry as text) || ' ' || entry_hash
from audit_log
where entry = (select max(entry) from audit_log);
