select rowid
from find_index
where find_index match ?1
order by bm25(find_index, 8.0, 1.0), rowid
limit ?2
