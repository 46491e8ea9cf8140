select e.entry
from find_index i
join find_entry e on e.entry = i.rowid
where i.find_index match ?1
  and (?2 = '' or e.document_type = ?2)
  and (?3 = '' or e.changed_on >= ?3)
  and (?4 = '' or e.changed_on <= ?4)
  and (?5 or e.version_id = '')
  and {seen}
order by bm25(find_index, 8.0, 1.0), e.entry
limit ?6 offset ?7
