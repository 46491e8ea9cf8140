insert into draft (id, lineage, agency_id, department_id, author_id, author_name, state, title,
    document_type, format, direction, urgency, issue_number, main_recipients, characters,
    frozen_hash, submit_note, pending_act, refusal, created_at, changed_at)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)
on conflict (id) do update set
    lineage = excluded.lineage, agency_id = excluded.agency_id, department_id = excluded.department_id,
    author_id = excluded.author_id, author_name = excluded.author_name, created_at = excluded.created_at,
    state = excluded.state, title = excluded.title, document_type = excluded.document_type,
    format = excluded.format, direction = excluded.direction, urgency = excluded.urgency,
    issue_number = excluded.issue_number, main_recipients = excluded.main_recipients,
    characters = excluded.characters, frozen_hash = excluded.frozen_hash,
    submit_note = excluded.submit_note, pending_act = excluded.pending_act,
    refusal = excluded.refusal, changed_at = excluded.changed_at
