delete from person where id = ?1 and id <> ?2
    and not exists (select 1 from appointment a where a.person_id = ?1)
    and not exists (select 1 from telephone t where t.person_id = ?1)
    and not exists (select 1 from held_grant h where h.person_id = ?1)
    and not exists (select 1 from substitution s where s.principal_id = ?1 or s.deputy_id = ?1)
    and not exists (select 1 from device d where d.person_id = ?1)
