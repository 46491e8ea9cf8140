delete from frozen_text where hash = ?1
  and not exists (select 1 from draft d where d.frozen_hash = ?1)
  and not exists (select 1 from draft_version v where v.content_hash = ?1)
  and not exists (select 1 from late_branch b where b.content_hash = ?1 or b.against_hash = ?1)
  and not exists (select 1 from revision n where n.before_hash = ?1 or n.after_hash = ?1)
  and not exists (select 1 from scope_row r where r.entity = 'frozen_text' and r.row_id = ?1)
