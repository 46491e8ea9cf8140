select
    coalesce(sum(case when (author_id = ?1 or id in (select c.draft_id from co_drafter c where c.person_id = ?1 and c.removed_at = '')) and state = 'drafting' then 1 else 0 end), 0),
    coalesce(sum(case when (author_id = ?1 or id in (select c.draft_id from co_drafter c where c.person_id = ?1 and c.removed_at = '')) and state = 'submitted' then 1 else 0 end), 0),
    coalesce(sum(case when author_id = ?1 and state = 'discarded' then 1 else 0 end), 0),
    coalesce(sum(case when author_id <> ?1 and state = 'submitted' and not exists (select 1 from process_use u where u.process = 'outgoing' and u.agency_id = draft.agency_id and u.enabled_at <= draft.changed_at) then 1 else 0 end), 0),
    coalesce(sum(case when author_id <> ?1 and state = 'submitted' and not exists (select 1 from process_use u where u.process = 'outgoing' and u.agency_id = draft.agency_id and u.enabled_at <= draft.changed_at) and urgency in ('most_immediate', 'extra_urgent') then 1 else 0 end), 0),
    coalesce(sum(case when author_id = ?1 and pending_act <> '' then 1 else 0 end), 0),
    coalesce(sum(case when author_id = ?1 and state = 'closed' then 1 else 0 end), 0)
from draft
