select l.seq, l.entity, l.row_id, l.operation, l.row, r.place
from scope_row r join scope_log l on l.scope = r.scope and l.seq = r.seq
where r.scope = ?1
  and (r.place > ?2 or (r.place = ?2 and (r.entity > ?3 or (r.entity = ?3 and r.row_id > ?4))))
  and r.since <= ?5
order by r.place, r.entity, r.row_id
limit ?6
